with tickers as (

    select * from {{ ref('sec_tickers') }}

),

prices as (

    select
        {{ normalised_ticker() }} as ticker,
        min(try_cast(date as date)) as first_date,
        max(try_cast(date as date)) as last_date
    from {{ loaded_prices() }} as loaded
    group by 1

)

select
    tickers.ticker,
    tickers.exchange,
    'Stock' as assetType,
    'USD' as priceCurrency,
    prices.first_date as startDate,
    prices.last_date as endDate
from tickers
inner join prices on tickers.ticker = prices.ticker
