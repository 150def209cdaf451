{% macro simulated_normal(purpose) -%}
    {{ normal_from_bits(simulated_bits(purpose, *varargs)) }}
{%- endmacro %}
