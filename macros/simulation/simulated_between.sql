{#
  A reproducible uniform number between two bounds for a purpose and its keys;
  see simulated_bits.
#}
{% macro simulated_between(low, high, purpose) -%}
    {{ low }} + ({{ high }} - {{ low }})
    * {{ simulated_uniform(purpose, *varargs) }}
{%- endmacro %}
