{% macro deciles_differ() -%}
    coalesce(
        min(predicted_mean) filter (where decile = 10)
        > max(predicted_mean) filter (where decile = 1),
        false
    )
{%- endmacro %}
