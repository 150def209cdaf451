{% macro of_one_statement(expression, inputs) -%}
    case
        when {{ inputs | join(' + ') }} is not null
            then {'value': {{ expression }}}
    end
{%- endmacro %}
