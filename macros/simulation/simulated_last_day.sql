{% macro simulated_last_day() -%}
    date '2025-12-31'
{%- endmacro %}
