{% macro open_market() %}
    {%- if execute and var('market') != invocation_args_dict.get('vars', {}).get('market', 'simulated') -%}
        {%- do exceptions.raise_compiler_error(
            "var market can only be set on the command line, with --vars '{market: "
            ~ var('market') ~ "}', since the warehouse's file name follows it"
        ) -%}
    {%- endif -%}
    {%- if execute and flags.WHICH == 'freshness' and var('market') == 'simulated' -%}
        {%- do exceptions.raise_compiler_error(
            "the built-in market is made by each build and cannot be stale: name your own with "
            ~ "--vars '{market: ../my_data}'"
        ) -%}
    {%- endif -%}
    {%- if execute and var('market') != 'simulated' -%}
        {%- set contract = graph.sources.values()
            | selectattr('source_name', 'equalto', 'market') | list -%}
        {%- set tables = contract | map(attribute='name') | list -%}
        {%- set optional = contract | selectattr('config.meta.optional', 'defined')
            | map(attribute='name') | list -%}
        {%- set places = find_market_tables(tables, optional) -%}
        {%- for source in contract if source.name not in places -%}
            {%- set nothing = [] -%}
            {%- for column in source.columns.values() -%}
                {%- do nothing.append('null::' ~ column.data_type ~ ' as "' ~ column.name ~ '"') -%}
            {%- endfor -%}
            {%- do places.update({source.name: {
                'relation': '(select ' ~ nothing | join(', ') ~ ' where false)',
                'is_text': false,
                'file': none,
            }}) -%}
        {%- endfor -%}
        {%- set views = [] -%}
        {%- for source in contract -%}
            {%- set place = places[source.name] -%}
            {%- set columns = {} -%}
            {%- for column in run_query('describe select * from ' ~ place.relation).rows -%}
                {%- do columns.update({column[0]: column[1]}) -%}
            {%- endfor -%}
            {%- for column in source.columns.values() -%}
                {%- if column.name in columns -%}
                    {%- do check_market_column(
                        source.name, column, columns[column.name], place
                    ) -%}
                {%- elif not column.config.meta.get('optional') -%}
                    {%- do exceptions.raise_compiler_error(
                        "market '" ~ var('market') ~ "': table " ~ source.name
                        ~ " has no column " ~ column.name ~ "; it has "
                        ~ columns.keys() | join(', ')
                    ) -%}
                {%- endif -%}
            {%- endfor -%}
            {%- do views.append(
                'create or replace view market.main.' ~ source.name
                ~ ' as select ' ~ market_view_columns(source, columns)
                ~ ' from ' ~ place.relation
            ) -%}
        {%- endfor -%}
        {%- for view in views -%}
            {%- do run_query(view) -%}
            {%- set source = contract[loop.index0] -%}
            {%- do remember_market_table(source, view, places[source.name].file) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}


{% macro market_view_columns(source, columns) %}
    {%- set selected = [] -%}
    {%- for column in source.columns.values() -%}
        {%- do selected.append(
            '"' ~ column.name ~ '"' if column.name in columns
            else 'null::' ~ column.data_type ~ ' as "' ~ column.name ~ '"'
        ) -%}
    {%- endfor -%}
    {{ return(selected | join(', ')) }}
{% endmacro %}
