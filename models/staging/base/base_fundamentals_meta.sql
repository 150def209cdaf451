with source as (

    select * from {{ market_table('fundamentals_meta') }}

),

renamed as (

    select
        nullif(trim(permaTicker), '') as perma_ticker,
        {{ normalised_ticker() }} as ticker,
        trim(name) as name,
        try_cast(isActive as boolean) as is_active,
        try_cast(isADR as boolean) as is_adr,
        nullif(trim(sector), '') as sector,
        nullif(trim(industry), '') as industry,
        try_cast(sicCode as integer) as sic_code,
        nullif(trim(sicSector), '') as sic_sector,
        nullif(trim(sicIndustry), '') as sic_industry,
        upper(trim(reportingCurrency)) as reporting_currency,
        nullif(trim(location), '') as location,
        companyWebsite as company_website,
        secFilingWebsite as sec_filing_website,
        try_cast(statementLastUpdated as date) as statement_last_updated,
        try_cast(dailyLastUpdated as date) as daily_last_updated,
        concat_ws(' ', permaTicker, ticker) as key
    from source

),

judged as (

    select
        *,
        case
            when perma_ticker is null then 'no permaTicker'
            when ticker is null then 'no ticker'
        end as reason
    from renamed

),

-- A symbol used again belongs to the company that trades under it now.
ranked as (

    select
        *,
        row_number() over (
            partition by ticker, reason
            order by
                is_active desc nulls last,
                daily_last_updated desc nulls last,
                statement_last_updated desc nulls last,
                perma_ticker asc
        ) as copy_number
    from judged

)

select
    * exclude (reason, copy_number),
    coalesce(
        reason,
        case when copy_number > 1 then 'second row for its ticker' end
    ) as reason
from ranked
