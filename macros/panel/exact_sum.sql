{#
  Sum in fixed point (18 decimals). A sum of doubles depends on the order of
  the rows, which threads change: its last bits would differ between builds.
  A number of 10^20 or more, which nothing sensible reaches, counts as unknown.
#}
{% macro exact_sum(expression) -%}
    sum(try_cast({{ expression }} as decimal(38, 18)))
{%- endmacro %}
