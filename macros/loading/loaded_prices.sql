{% macro loaded_prices() %}
    {%- if var('market') == 'simulated' -%}
        (
            select
                cast(null as varchar) as ticker,
                cast(null as date) as date,
                cast(null as double) as close,
                cast(null as double) as "adjClose"
            limit 0
        )
    {%- else -%}
        {{ return(source('market', 'daily_adjusted')) }}
    {%- endif -%}
{% endmacro %}
