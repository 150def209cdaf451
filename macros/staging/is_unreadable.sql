{% macro is_unreadable(column, type) -%}
    case
        when try_cast({{ column }} as {{ type }}) is null
            then {{ is_given(column) }}
        else false
    end
{%- endmacro %}
