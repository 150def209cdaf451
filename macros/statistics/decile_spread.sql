{% macro decile_spread() -%}
    case
        when {{ deciles_differ() }}
            then
                avg(actual) filter (where decile = 10)
                - avg(actual) filter (where decile = 1)
    end
{%- endmacro %}
