{% macro number_within(column, range) -%}
    {%- set number = 'try_cast(' ~ adapter.quote(column) ~ ' as double)' -%}
    case when {{ number }} {{ range }} then {{ number }} end
{%- endmacro %}
