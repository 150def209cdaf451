{% macro given_text(column) -%}
    case when {{ is_given(column) }} then trim({{ column }}) end
{%- endmacro %}
