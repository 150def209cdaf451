with companies as (

    select * from {{ ref('tiingo_companies') }}

),

labels as (

    select * from {{ ref('base_tiingo_companies') }}

)

select
    labels.perma_ticker as permaTicker,
    companies.ticker,
    labels.name,
    labels.is_active as isActive,
    labels.is_adr as isADR,
    labels.sector,
    labels.industry,
    labels.sic_code as sicCode,
    labels.sic_sector as sicSector,
    labels.sic_industry as sicIndustry,
    labels.reporting_currency as reportingCurrency,
    labels.location,
    labels.company_website as companyWebsite,
    labels.sec_filing_website as secFilingWebsite,
    labels.statement_last_updated as statementLastUpdated,
    labels.daily_last_updated as dailyLastUpdated
from companies
inner join labels on companies.key = labels.perma_ticker
