{% macro limit_memory_for_commit() %}
    {%- if execute -%}
        {{ set_memory_limit(graph.memory_limit) }};
        reset allocator_flush_threshold;
        set allocator_background_threads = true
    {%- endif -%}
{% endmacro %}
