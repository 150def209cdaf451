{% macro ratio(numerator, denominator) -%}
    case
        when ({{ denominator }}) > 0
            then ({{ numerator }}) / ({{ denominator }})
    end
{%- endmacro %}
