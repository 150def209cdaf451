{% macro finite_number(column) -%}
    case
        when isfinite(try_cast({{ column }} as double))
            then try_cast({{ column }} as double)
    end
{%- endmacro %}
