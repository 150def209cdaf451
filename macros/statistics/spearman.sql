{% macro spearman() -%}
    case
        when count(*) >= 5
            then
                sum(forecast_rank * actual_rank)
                / nullif(
                    sqrt(sum(forecast_rank ^ 2) * sum(actual_rank ^ 2)), 0
                )
    end
{%- endmacro %}
