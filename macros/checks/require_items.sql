{% macro require_items() %}
    {%- if execute and not flags.EMPTY -%}
        {%- set needed = [
            'totalAssets', 'totalLiabilities', 'equity', 'revenue', 'netinc', 'ncfo'
        ] -%}
        {%- set found = run_query(
            'select distinct data_code from ' ~ this ~ ' where reason is null'
            ~ ' and value is not null and list_contains(' ~ sql_list(needed) ~ ', data_code)'
        ).columns[0].values() -%}
        {%- set missing = needed | reject('in', found) | list -%}
        {%- if missing -%}
            {%- do exceptions.raise_compiler_error(
                "market '" ~ var('market') ~ "': table fundamentals_statements has no usable value of "
                ~ missing | join(', ') ~ ': these items are needed'
            ) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
