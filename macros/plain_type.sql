{% macro plain_type(type) %}
    {{ return(type | lower | replace(' ', '') | replace('"', '')) }}
{% endmacro %}
