{% macro limit_memory() %}
    {%- if execute -%}
        {%- if var('market') == 'simulated' -%}
            {%- set prices = 252 * var('simulated_tickers') * var('simulated_years') -%}
        {%- else -%}
            {%- set prices = run_query(
                'select count(*) from market.main.daily_adjusted'
            ).columns[0].values()[0] -%}
        {%- endif -%}
        {%- set megabytes = 550 + (15 * prices / 1000000) | int -%}
        {%- do graph.update({'memory_limit': megabytes}) -%}
        {{ log('DuckDB uses at most ' ~ megabytes ~ ' MB of memory') }}
        set memory_limit = '{{ megabytes }}MB'
    {%- endif -%}
{% endmacro %}
