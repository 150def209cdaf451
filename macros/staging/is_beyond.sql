{% macro is_beyond(ratio, factor) -%}
    ({{ ratio }} not between {{ 1 / factor }} and {{ factor }})
{%- endmacro %}
