{% macro deflated_p(p) -%}
    1 - (1 - {{ p }}) ^ {{ var('variants_tried') }}
{%- endmacro %}
