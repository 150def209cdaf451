with companies as (

    select * from {{ ref('simulated_companies') }}

),

listings as (

    select * from {{ ref('simulated_listings') }}

)

select
    companies.perma_ticker as permaTicker,
    companies.ticker,
    companies.name,
    listings.end_date = {{ simulated_last_day() }} as isActive,
    false as isADR,
    companies.sector,
    companies.industry,
    companies.sic_code as sicCode,
    companies.sic_sector as sicSector,
    companies.sic_industry as sicIndustry,
    'usd' as reportingCurrency,
    companies.location,
    cast(null as varchar) as companyWebsite,
    cast(null as varchar) as secFilingWebsite,
    listings.end_date as statementLastUpdated,
    listings.end_date as dailyLastUpdated
from companies
inner join listings on companies.ticker = listings.ticker
