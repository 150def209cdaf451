{% macro run_state() %}
    {{ return(graph.setdefault('run_state', {})) }}
{% endmacro %}
