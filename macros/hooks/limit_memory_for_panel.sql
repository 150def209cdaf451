{% macro limit_memory_for_panel() %}
    {%- if execute -%}
        {%- set rows = run_query(
            'select count(*) from ' ~ ref('int_sample_dates')
        ).columns[0].values()[0] -%}
        {%- set size = 8 * rows * model.columns | length / 1000000 -%}
        {%- set megabytes = [
            graph.memory_limit,
            2 * graph.for_threads + [350, 50 + size] | max | int
        ] | max -%}
        {{ set_memory_limit(megabytes) }}
    {%- endif -%}
{% endmacro %}
