{#
  For a pre-hook of the panel: joining and writing its 300 columns takes 350 MB
  and twice their size, which DuckDB cannot spill. limit_memory_again, for a
  post-hook, gives that back before Python trains.
#}
{% macro limit_memory_for_panel() %}
    {%- if execute -%}
        {%- set rows = run_query(
            'select count(*) from ' ~ ref('int_sample_dates')
        ).columns[0].values()[0] -%}
        {%- set bytes = 8 * rows * model.columns | length -%}
        {%- set megabytes = [graph.memory_limit, 350 + (2 * bytes / 1000000) | int] | max -%}
        {{ log('DuckDB uses at most ' ~ megabytes ~ ' MB of memory') }}
        set memory_limit = '{{ megabytes }}MB'
    {%- endif -%}
{% endmacro %}


{% macro limit_memory_again() %}
    {%- if execute -%}
        set memory_limit = '{{ graph.memory_limit }}MB'
    {%- endif -%}
{% endmacro %}
