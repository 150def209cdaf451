{#
  A reproducible uniform number strictly between 0 and 1 for a purpose and
  its keys; see simulated_bits.
#}
{% macro simulated_uniform(purpose) -%}
    {{ uniform_from_bits(simulated_bits(purpose, *varargs)) }}
{%- endmacro %}
