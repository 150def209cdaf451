{{ config(enabled=var('market') == 'simulated') }}

with prices as (

    select * from {{ ref('simulated_daily_adjusted') }}

),

listed_days as (

    select
        listings.ticker,
        trading_days.date
    from {{ ref('simulated_supported_tickers') }} as listings
    inner join {{ ref('simulated_trading_days') }} as trading_days
        on
            listings.startDate <= trading_days.date
            and listings.endDate >= trading_days.date

)

select
    ticker,
    date
from listed_days
anti join prices using (ticker, date)
