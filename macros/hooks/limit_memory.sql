{#
  On run start: DuckDB takes what most of the build asks for, 550 MB and 15 bytes
  for each price, and spills the rest to disk. Left alone it keeps in memory what
  it has read until most of the machine's is taken; other processes, and the
  models' own Python, need room too.
#}
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
