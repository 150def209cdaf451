with source as (

    select * from {{ market_table('fundamentals_daily') }}

),

listings as (

    select * from {{ ref('base_listings') }}

),

renamed as (

    select
        {{ normalised_ticker() }} as ticker,
        try_cast(date as date) as date,
        {{ finite_number('"marketCap"') }} as market_cap,
        {{ finite_number('"enterpriseVal"') }} as enterprise_val,
        {{ finite_number('"peRatio"') }} as pe_ratio,
        {{ finite_number('"pbRatio"') }} as pb_ratio,
        {{ finite_number('"trailingPEG1Y"') }} as trailing_peg_1y,
        concat_ws(' ', ticker, date) as key
    from source

),

judged as (

    select
        renamed.*,
        coalesce(listings.is_in_scope, true) as is_in_scope,
        case
            when renamed.ticker is null then 'no ticker'
            when renamed.date is null then 'no date'
            when renamed.date > current_date then 'date in the future'
            when listings.ticker is null then 'ticker has no listing'
            when listings.reason is not null then listings.reason
        end as reason
    from renamed
    left join listings on renamed.ticker = listings.ticker
    where not {{ is_after_cutoff('renamed.date') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by ticker, date, reason
            order by
                market_cap desc nulls last,
                enterprise_val desc nulls last,
                pe_ratio desc nulls last,
                pb_ratio desc nulls last,
                trailing_peg_1y desc nulls last,
                key asc
        ) as copy_number
    from judged

)

select
    ticker,
    date,
    enterprise_val,
    pe_ratio,
    pb_ratio,
    trailing_peg_1y,
    is_in_scope,
    key,
    case when market_cap > 0 then market_cap end as market_cap,
    coalesce(
        reason,
        case when copy_number > 1 then 'second row for its ticker and date' end
    ) as reason
from ranked
order by ticker, date
