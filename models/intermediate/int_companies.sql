with listings as (

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
    listings.listed_from,
    coalesce(companies.name, listings.ticker) as name,
    coalesce(companies.reporting_currency, 'USD') as reporting_currency
from listings
left join companies on listings.ticker = companies.ticker
where listings.asset_type = 'stock'
