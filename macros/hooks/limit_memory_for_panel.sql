{% macro limit_memory_for_panel() %}
    {%- if execute -%}
        {%- set rows = run_query(
            'select count(*) from ' ~ ref('int_sample_dates')
        ).columns[0].values()[0] -%}
        {%- set bytes = 8 * rows * model.columns | length -%}
        {%- set megabytes = [
            graph.memory_limit, 100 + graph.for_threads + (2 * bytes / 1000000) | int
        ] | max -%}
        {{ set_memory_limit(megabytes) }}
    {%- endif -%}
{% endmacro %}
