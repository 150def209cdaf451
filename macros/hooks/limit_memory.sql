{% macro limit_memory() %}
    {%- if execute -%}
        {%- if var('market') == 'simulated' -%}
            {%- set prices = 252 * var('simulated_tickers') * var('simulated_years') -%}
        {%- else -%}
            {%- set prices = run_query(
                'select count(*) from market.main.daily_adjusted'
            ).columns[0].values()[0] -%}
        {%- endif -%}
        {%- set threads = run_query(
            "select current_setting('threads')"
        ).columns[0].values()[0] | int -%}
        {%- set for_threads = 125 * threads -%}
        {%- set millions = prices / 1000000 -%}
        {%- set megabytes = for_threads + [250 + 15 * millions, 60 * millions - 45] | max | int -%}
        {%- do graph.update({'memory_limit': megabytes, 'for_threads': for_threads}) -%}
        {{ set_memory_limit(megabytes) }};
        set allocator_flush_threshold = '64MB'
    {%- endif -%}
{% endmacro %}
