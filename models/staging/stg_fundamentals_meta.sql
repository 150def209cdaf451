select
    perma_ticker,
    ticker,
    name,
    is_active,
    is_adr,
    sector,
    industry,
    sic_code,
    sic_sector,
    sic_industry,
    reporting_currency,
    location,
    company_website,
    sec_filing_website,
    statement_last_updated,
    daily_last_updated
from {{ ref('base_fundamentals_meta') }}
where reason is null
