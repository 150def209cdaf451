{# Companies file every quarter, foreign ones may every year; the last report
   of one that left is older. #}
{% set quarterly_days = 200 %}
{% set yearly_days = 480 %}

with tickers as (

    select * from {{ ref('sec_tickers') }}

),

companies as (

    select * from {{ ref('sec_companies') }}

),

-- What of the SEC's facts the load holds ends with its newest filing.
newest as (

    select max(last_filed) as last_filed from companies

)

select
    tickers.perma_ticker as permaTicker,
    tickers.ticker,
    tickers.name,
    newest.last_filed - companies.last_filed <= if(
        companies.files_foreign_reports, {{ yearly_days }}, {{ quarterly_days }}
    ) as isActive,
    companies.files_foreign_reports as isADR,
    companies.sector,
    companies.industry,
    companies.sic_code as sicCode,
    case
        when companies.sic_code < 1000
            then 'Agriculture, Forestry & Fishing'
        when companies.sic_code < 1500 then 'Mining'
        when companies.sic_code < 2000 then 'Construction'
        when companies.sic_code < 4000 then 'Manufacturing'
        when companies.sic_code < 5000
            then 'Transportation & Public Utilities'
        when companies.sic_code < 5200 then 'Wholesale Trade'
        when companies.sic_code < 6000 then 'Retail Trade'
        when companies.sic_code < 7000
            then 'Finance, Insurance & Real Estate'
        when companies.sic_code < 9000 then 'Services'
    end as sicSector,
    companies.sic_industry as sicIndustry,
    companies.reporting_currency as reportingCurrency,
    companies.location,
    companies.website as companyWebsite,
    'https://www.sec.gov/cgi-bin/browse-edgar?action=getcompany&CIK='
    || lpad(companies.cik::varchar, 10, '0') as secFilingWebsite,
    companies.last_filed as statementLastUpdated,
    companies.last_filed as dailyLastUpdated
from tickers
inner join companies on tickers.cik = companies.cik
cross join newest
