{% macro forecast_quantile(percent, mean='predicted_mean', std='scale', error_quantiles='error_quantiles') -%}
    {{ mean }} + {{ std }} * {{ error_quantiles }}[{{ (2 * percent) | int }}]
{%- endmacro %}
