with source as (

    select * from {{ market_table('fundamentals_statements') }}

),

listings as (

    select * from {{ ref('base_listings') }}

),

renamed as (

    select
        {{ normalised_ticker() }} as ticker,
        try_cast(date as date) as period_end,
        try_cast(year as integer) as fiscal_year,
        try_cast(quarter as integer) as fiscal_quarter,
        nullif(trim(statementType), '') as statement_type,
        nullif(trim(dataCode), '') as data_code,
        {{ finite_number('value') }} as value,
        try_cast(filing_date as date) as filing_date,
        value is not null as has_value,
        {{ is_unreadable('filing_date', 'date') }} as is_filing_date_unreadable,
        concat_ws(
            ' ', ticker, date, year, quarter, statementType, dataCode
        ) as key
    from source

),

judged as (

    select
        renamed.*,
        coalesce(listings.is_in_scope, true) as is_in_scope,
        case
            when renamed.ticker is null then 'no ticker'
            when renamed.period_end is null then 'no date'
            when renamed.statement_type is null then 'no statementType'
            when renamed.data_code is null then 'no dataCode'
            when renamed.fiscal_year is null then 'no year'
            when
                renamed.fiscal_quarter is null
                or renamed.fiscal_quarter not between 0 and 4
                then 'quarter is not 0 to 4'
            when renamed.has_value and renamed.value is null
                then 'value is not a number'
            when abs(renamed.value) >= 1e18 then 'value is out of range'
            when renamed.is_filing_date_unreadable
                then 'filing_date is not a date'
            when
                greatest(renamed.period_end, renamed.filing_date)
                > current_date
                then 'date in the future'
            when renamed.filing_date < renamed.period_end
                then 'filed before its period ended'
            when listings.ticker is null then 'ticker has no listing'
            when listings.reason is not null then listings.reason
        end as reason
    from renamed
    left join listings on renamed.ticker = listings.ticker
    where
        not {{ is_after_cutoff(
            'greatest(renamed.period_end, renamed.filing_date)'
        ) }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by
                ticker,
                period_end,
                fiscal_year,
                fiscal_quarter,
                statement_type,
                data_code,
                filing_date,
                reason
            order by value desc nulls last, key asc
        ) as copy_number
    from judged

)

select
    ticker,
    period_end,
    fiscal_year,
    fiscal_quarter,
    statement_type,
    data_code,
    value,
    filing_date,
    is_in_scope,
    key,
    coalesce(
        reason,
        case when copy_number > 1 then 'second row for its key' end
    ) as reason
from ranked
