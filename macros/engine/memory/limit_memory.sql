{% macro limit_memory() %}
    {%- set given = (target.settings or {}) | list + (target.config_options or {}) | list -%}
    {%- set own = env_var('MEMORY_LIMIT', '') -%}
    {%- if execute and own -%}
        set memory_limit = '{{ own }}'
    {%- elif execute and 'memory_limit' not in given and 'max_memory' not in given -%}
        {%- set prices = 252 * var('simulated_tickers') * var('simulated_years')
            if var('market') == 'simulated'
            else run_query('select count(*) from market.main.daily_adjusted').rows[0][0] -%}
        {%- set threads = run_query("select current_setting('threads')").rows[0][0] -%}
        {%- set for_panel = 250 * threads + 350 -%}
        {%- set for_prices = 125 * threads + 60 * prices / 1000000 -%}
        set memory_limit = '{{ [for_panel, for_prices] | max | int }}MB'
    {%- endif -%}
{% endmacro %}
