{% macro cut_to_unit(expression) -%}
    case
        when ({{ expression }}) < 0 then 0
        when ({{ expression }}) > 1 then 1
        else {{ expression }}
    end
{%- endmacro %}
