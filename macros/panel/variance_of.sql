{% macro variance_of(total, squares, days) -%}
    greatest({{ squares }} - {{ total }} ^ 2 / {{ days }}, 0) / ({{ days }} - 1)
{%- endmacro %}
