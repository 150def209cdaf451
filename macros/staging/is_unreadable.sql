{# True where `column` holds something that is not a value of `type`. #}
{% macro is_unreadable(column, type) -%}
    {{ column }} is not null and try_cast({{ column }} as {{ type }}) is null
{%- endmacro %}
