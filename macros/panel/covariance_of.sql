{% macro covariance_of(total, other_total, products, days) -%}
    ({{ products }} - {{ total }} * {{ other_total }} / {{ days }}) / ({{ days }} - 1)
{%- endmacro %}
