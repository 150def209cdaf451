{#
  DuckDB takes what the market's size asks for, and spills the rest: left alone it
  keeps in memory what it has read until most of the machine's is taken. Other
  processes, and the models' own Python, need room too. The widest table, the
  panel, sets the amount: 500 MB and 50 bytes for each price.
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
        {%- set wanted = 500 + (50 * prices / 1000000) | int -%}
        {{ log('DuckDB uses at most ' ~ wanted ~ ' MB of memory') }}
        set memory_limit = '{{ wanted }}MB'
    {%- endif -%}
{% endmacro %}
