{% macro simulated_uniform(purpose) -%}
    {{ uniform_from_bits(simulated_bits(purpose, *varargs)) }}
{%- endmacro %}
