{% set not_listed = "'ticker has no listing'" %}

with source as (

    select * from {{ market_table('fundamentals_meta') }}

),

listings as (

    select * from {{ ref('base_listings') }}

),

renamed as (

    select
        {{ given_text('permaTicker') }} as perma_ticker,
        {{ normalised_ticker() }} as ticker,
        {{ given_text('name') }} as name,
        try_cast(isActive as boolean) as is_active,
        try_cast(isADR as boolean) as is_adr,
        {{ given_text('sector') }} as sector,
        {{ given_text('industry') }} as industry,
        try_cast(sicCode as integer) as sic_code,
        {{ given_text('sicSector') }} as sic_sector,
        {{ given_text('sicIndustry') }} as sic_industry,
        upper({{ given_text('reportingCurrency') }}) as reporting_currency,
        {{ given_text('location') }} as location,
        {{ given_text('companyWebsite') }} as company_website,
        {{ given_text('secFilingWebsite') }} as sec_filing_website,
        {{ possible_date('statementLastUpdated') }} as statement_last_updated,
        {{ possible_date('dailyLastUpdated') }} as daily_last_updated,
        {{ value_faults([
            ('isActive', 'boolean', {}),
            ('isADR', 'boolean', {}),
            ('sicCode', 'integer', {}),
            ('statementLastUpdated', 'date', {}),
            ('dailyLastUpdated', 'date', {}),
        ]) }} as value_faults,
        concat_ws(' ', permaTicker, ticker) as key
    from source

),

judged as (

    select
        renamed.*,
        case
            when renamed.perma_ticker is null then 'no permaTicker'
            when renamed.ticker is null then 'no ticker'
            when listings.ticker is null then {{ not_listed }}
            else listings.reason
        end as reason,
        coalesce(listings.is_in_scope, renamed.ticker is null)
            as is_listing_in_scope
    from renamed
    left join listings on renamed.ticker = listings.ticker

),

-- A symbol used again belongs to the company that trades under it now. Labels
-- only break ties, so that the order of the rows never decides.
ranked as (

    select
        *,
        row_number() over newest_first as copy_number,
        first_value(perma_ticker) over newest_first as newest_perma_ticker
    from judged
    window
        newest_first as (
            partition by ticker, reason
            order by
                is_active desc nulls last,
                daily_last_updated desc nulls last,
                statement_last_updated desc nulls last,
                perma_ticker asc,
                sector asc nulls last,
                industry asc nulls last,
                sic_code asc nulls last,
                sic_sector asc nulls last,
                sic_industry asc nulls last,
                location asc nulls last,
                name asc nulls last,
                is_adr asc nulls last,
                reporting_currency asc nulls last,
                company_website asc nulls last,
                sec_filing_website asc nulls last,
                key asc
        )

),

described as (

    select
        *,
        copy_number > 1
        and perma_ticker <> newest_perma_ticker
        and not coalesce(is_active, false) as is_former_company
    from ranked

)

select
    * exclude (
        reason,
        is_listing_in_scope,
        copy_number,
        newest_perma_ticker,
        is_former_company
    ),
    is_listing_in_scope
    and (reason is not null or not is_former_company) as is_in_scope,
    coalesce(
        reason,
        case
            when is_former_company then 'former company of its ticker'
            when copy_number > 1 then 'second row for its ticker'
        end
    ) as reason
from described
