{% macro limit_memory_after_panel() %}
    {%- if execute -%}
        {%- set rows = run_query('select count(*) from ' ~ this).columns[0].values()[0] -%}
        {#- Groups of up to 122,880 rows go to one core each, which holds its rows till written; in
            publications groups have 61,440. -#}
        {%- set megabytes = graph.memory_limit if rows > 122880
            else graph.for_threads + (150 if rows > 61440 else 300) -%}
        {{ set_memory_limit(megabytes) }}
    {%- endif -%}
{% endmacro %}
