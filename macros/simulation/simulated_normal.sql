{#
  A reproducible standard normal number for a purpose and its keys; see
  simulated_bits.
#}
{% macro simulated_normal(purpose) -%}
    {{ normal_from_bits(simulated_bits(purpose, *varargs)) }}
{%- endmacro %}
