with sample_dates as (

    select * from {{ ref('int_sample_dates') }}

),

prices as (

    select * from {{ ref('int_relative_prices') }}

),

lookbacks as (

    select
        ticker,
        date,
        unnest([0, 1, 6, 12, 36]) as months
    from sample_dates

),

past_prices as (

    select
        lookbacks.ticker,
        lookbacks.date,
        lookbacks.months,
        prices.relative_price_ln
    from lookbacks
    asof join prices
        on
            lookbacks.ticker = prices.ticker
            and cast(lookbacks.date - to_months(lookbacks.months) as date)
            >= prices.date

),

by_lookback as (

    select
        ticker,
        date,
        {% for months in [1, 6, 12, 36] %}
            max(relative_price_ln) filter (where months = {{ months }})
                as relative_price_ln_{{ months }}m,
        {% endfor %}
        max(relative_price_ln) filter (where months = 0)
            as relative_price_ln_0m
    from past_prices
    group by ticker, date

)

select
    ticker,
    date,
    relative_price_ln_0m - relative_price_ln_1m as momentum_1m,
    relative_price_ln_0m - relative_price_ln_6m as momentum_6m,
    relative_price_ln_1m - relative_price_ln_12m as momentum_12_1m,
    relative_price_ln_12m - relative_price_ln_36m as momentum_36_12m
from by_lookback
