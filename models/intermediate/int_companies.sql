{% do declare_features(['int_companies']) %}
with prices as (

    select
        ticker,
        min(date) as first_date
    from {{ ref('stg_daily_adjusted') }}
    group by ticker

),

listings as (

    select * from {{ ref('stg_supported_tickers') }}

),

companies as (

    select * from {{ ref('stg_fundamentals_meta') }}

)

select
    listings.ticker,
    listings.exchange,
    companies.sector,
    companies.industry,
    companies.sic_sector,
    companies.sic_industry,
    companies.location,
    companies.company_website,
    coalesce(companies.name, listings.ticker) as name,
    coalesce(companies.reporting_currency, 'USD') as reporting_currency,
    least(listings.start_date, prices.first_date) as listed_from
from listings
left join companies on listings.ticker = companies.ticker
left join prices on listings.ticker = prices.ticker
where listings.asset_type = 'stock'
