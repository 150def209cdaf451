{% macro set_memory_limit(megabytes) %}
    {{ log('DuckDB uses at most ' ~ megabytes ~ ' MB of memory') }}
    set memory_limit = '{{ megabytes }}MB'
{% endmacro %}
