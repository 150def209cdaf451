{% set query %}
    with ends as (

        select
            *,
            abs(spy_until - stocks_until) as days_apart
        from {{ ref('int_market_end') }}

    )

    select
        'table daily_adjusted: the last price of SPY is of ' || spy_until
        || ', those of most stocks of ' || stocks_until || ', '
        || format('{:,}', days_apart) || ' days '
        || case
            when spy_until < stocks_until
                then 'later: bring the newer prices of SPY'
            else
                'before: bring the newer prices of the stocks, or delete those '
                || 'of SPY after ' || stocks_until
        end
        || '; var last_price_gap ({{ var("last_price_gap") }}) says how far '
        || 'apart they may be' as sentence
    from ends
    where days_apart > {{ var('last_price_gap') }}
{% endset %}
{{ say_sentences(query, stops=true) }}
