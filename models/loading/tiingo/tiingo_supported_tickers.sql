with companies as (

    select * from {{ ref('tiingo_companies') }}

),

prices as (

    select
        ticker,
        max(date) as last_date
    from {{ ref('tiingo_daily_adjusted') }}
    group by ticker

)

select
    companies.ticker,
    companies.exchange,
    companies.asset_type as assetType,
    companies.price_currency as priceCurrency,
    companies.start_date as startDate,
    prices.last_date as endDate
from companies
inner join prices on companies.ticker = prices.ticker
