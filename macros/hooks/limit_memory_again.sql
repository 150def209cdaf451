{% macro limit_memory_again() %}
    {%- if execute -%}
        set memory_limit = '{{ graph.memory_limit }}MB'
    {%- endif -%}
{% endmacro %}
