{% macro decile_spread(outcome='actual') -%}
    case
        when {{ deciles_differ() }}
            then
                avg({{ outcome }}) filter (where decile = 10)
                - avg({{ outcome }}) filter (where decile = 1)
    end
{%- endmacro %}
