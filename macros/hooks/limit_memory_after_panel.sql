{% macro limit_memory_after_panel() %}
    {%- if execute -%}
        {%- set megabytes = 100 + graph.for_threads -%}
        {{ log('DuckDB uses at most ' ~ megabytes ~ ' MB of memory') }}
        set memory_limit = '{{ megabytes }}MB';
        reset allocator_flush_threshold;
        set allocator_background_threads = true
    {%- endif -%}
{% endmacro %}
