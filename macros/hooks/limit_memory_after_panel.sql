{% macro limit_memory_after_panel() %}
    {%- if execute -%}
        {%- set most = graph.memory_limit - graph.for_threads -%}
        {{ set_memory_limit(graph.for_threads + [150, most - 200] | max | int) }}
    {%- endif -%}
{% endmacro %}
