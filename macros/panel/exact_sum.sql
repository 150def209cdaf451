{% macro exact_sum(expression) -%}
    sum(try_cast({{ expression }} as decimal(38, 18)))
{%- endmacro %}
