{% macro exact_sum(expression, largest=none) -%}
    {%- if largest is none -%}
        sum(try_cast({{ expression }} as decimal(38, 18)))
    {%- else -%}
        sum(({{ expression }}) + {{ 1.5 * largest }} - {{ 1.5 * largest }})
    {%- endif -%}
{%- endmacro %}
