{% macro exact_sum(expression, largest=none, over=none) -%}
    {%- if largest is none -%}
        (
            cast(
                sum(try_cast(({{ expression }}) * {{ 2 ** 60 }} as hugeint))
                {%- if over %} over {{ over }}{% endif %} as double
            ) / {{ 2 ** 60 }}
        )
    {%- else -%}
        sum(({{ expression }}) + {{ 1.5 * largest }} - {{ 1.5 * largest }})
        {%- if over %} over {{ over }}{% endif %}
    {%- endif -%}
{%- endmacro %}
