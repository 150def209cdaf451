{#
  Sum in fixed point (18 decimals). A sum of doubles depends on the order of
  the rows, which threads change: its last bits would differ between builds.
#}
{% macro exact_sum(expression) -%}
    sum(cast({{ expression }} as decimal(38, 18)))
{%- endmacro %}
