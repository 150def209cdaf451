{% macro chance_of_beating_spy(mean, std, error_quantiles) %}
    1 - (
        len(list_filter(
            {{ error_quantiles }}, lambda quantile:
            quantile <= -{{ mean }} / {{ std }}
        )) + 0.5
    ) / 200
{% endmacro %}
