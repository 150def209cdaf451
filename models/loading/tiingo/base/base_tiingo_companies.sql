{% set columns = {
    'permaTicker': 'perma_ticker',
    'ticker': 'symbol',
    'name': 'name',
    'isActive': 'is_active',
    'isADR': 'is_adr',
    'sector': 'sector',
    'industry': 'industry',
    'sicCode': 'sic_code',
    'sicSector': 'sic_sector',
    'sicIndustry': 'sic_industry',
    'reportingCurrency': 'reporting_currency',
    'location': 'location',
    'companyWebsite': 'company_website',
    'secFilingWebsite': 'sec_filing_website',
    'statementLastUpdated': 'statement_last_updated',
    'dailyLastUpdated': 'daily_last_updated',
} %}
with answers as (

    select *
    from {{ tiingo_answers(
        'companies', dict.fromkeys(columns, 'varchar'), only_newest=true
    ) }} as answers

),

-- What a plan does not include says so instead of a value.
included as (

    select
        {% for name, column in columns.items() %}
            case
                when not starts_with(lower("{{ name }}"), 'field not available')
                    then nullif(trim("{{ name }}"), '')
            end as {{ column }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from answers

)

select
    included.perma_ticker,
    included.name,
    included.reporting_currency,
    included.sector,
    included.industry,
    included.sic_sector,
    included.sic_industry,
    included.location,
    included.company_website,
    included.sec_filing_website,
    upper(included.symbol) as symbol,
    coalesce(try_cast(included.is_active as boolean), false) as is_active,
    try_cast(included.is_adr as boolean) as is_adr,
    try_cast(included.sic_code as integer) as sic_code,
    try_cast(left(included.statement_last_updated, 10) as date)
        as statement_last_updated,
    try_cast(left(included.daily_last_updated, 10) as date)
        as daily_last_updated
from included
where included.perma_ticker is not null and included.symbol is not null
-- A company that changed its symbol stands there once for each.
qualify
    row_number() over (
        partition by included.perma_ticker
        order by
            is_active desc,
            included.daily_last_updated desc nulls last,
            included.symbol asc
    ) = 1
