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
    listed_days.ticker,
    listed_days.date
from listed_days
left join prices
    on
        listed_days.ticker = prices.ticker
        and listed_days.date = prices.date
where prices.date is null
