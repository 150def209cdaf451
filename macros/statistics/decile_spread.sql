{#
  Mean outcome of the top decile of forecasts less that of the bottom one, in a
  group of `ranked_by_quarter`.
#}
{% macro decile_spread() -%}
    case
        when {{ deciles_differ() }}
            then
                avg(actual) filter (where decile = 10)
                - avg(actual) filter (where decile = 1)
    end
{%- endmacro %}
