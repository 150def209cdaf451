{% macro require_usable_rows(table, kind='row', condition='true') %}
    {%- if execute and not flags.EMPTY -%}
        {%- set found = run_query(
            'select count(*), count(*) filter (where reason is null and ' ~ condition
            ~ '), mode(reason) from ' ~ this
        ).rows[0] -%}
        {%- if found[1] == 0 -%}
            {%- set known = '' if var('cutoff_date') is none
                else ' known on cutoff_date ' ~ var('cutoff_date') -%}
            {%- do exceptions.raise_compiler_error(
                "market '" ~ var('market') ~ "': table " ~ table ~ ' has no ' ~ kind
                ~ ' that can be used: '
                ~ ('it has no rows' ~ known if found[0] == 0
                    else '{:,}'.format(found[0]) ~ ' rows' ~ known ~ ", set aside most often for the reason '"
                    ~ found[2] ~ "'")
            ) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
