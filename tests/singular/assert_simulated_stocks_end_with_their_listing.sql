with dated as (

    select
        ticker,
        date
    from {{ ref('simulated_daily_adjusted') }}
    union all
    select
        ticker,
        date
    from {{ ref('simulated_fundamentals_daily') }}
    union all
    select
        ticker,
        filing_date as date
    from {{ ref('simulated_fundamentals_statements') }}

),

listings as (

    select * from {{ ref('simulated_supported_tickers') }}

)

select
    dated.ticker,
    dated.date,
    listings.startDate,
    listings.endDate
from dated
left join listings on dated.ticker = listings.ticker
where
    dated.date > listings.endDate
    or listings.endDate is null
