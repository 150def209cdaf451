{% macro limit_memory_after_panel() %}
    {%- if execute -%}
        {%- set rows = run_query('select count(*) from ' ~ this).columns[0].values()[0] -%}
        {#- Groups of up to 122,880 rows go to one core each, which holds its rows till written. -#}
        {%- set megabytes = graph.memory_limit if rows > 122880
            else 100 + graph.for_threads -%}
        {{ set_memory_limit(megabytes) }}
    {%- endif -%}
{% endmacro %}
