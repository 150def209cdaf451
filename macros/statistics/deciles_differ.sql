{#
  Whether the deciles of a group say anything: every forecast of the top one is
  above every forecast of the bottom one. False for fewer than ten rows, which
  leave deciles empty, and where so many forecasts are equal that only the tie
  break would tell top from bottom.
#}
{% macro deciles_differ() -%}
    coalesce(
        min(predicted_mean) filter (where decile = 10)
        > max(predicted_mean) filter (where decile = 1),
        false
    )
{%- endmacro %}
