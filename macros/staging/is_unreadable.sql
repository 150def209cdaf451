{% macro is_unreadable(column, type) -%}
    {{ column }} is not null and try_cast({{ column }} as {{ type }}) is null
{%- endmacro %}
