{% macro decile_spread(outcome='actual') -%}
    case
        when {{ deciles_differ() }}
            then
                avg({{ outcome }} order by {{ outcome }})
                filter (where decile = 10)
                - avg({{ outcome }} order by {{ outcome }})
                filter (where decile = 1)
    end
{%- endmacro %}
