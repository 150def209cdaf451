{% set before_listing = "'before its ticker was listed'" %}
{% set after_listing = "'after its listing ended'" %}

with source as not materialized (

    select * from {{ market_table('fundamentals_daily') }}

),

listings as (

    select * from {{ ref('base_listings') }}

),

renamed as not materialized (

    select
        {{ normalised_ticker() }} as ticker,
        try_cast(date as date) as date,
        {{ finite_number('"marketCap"') }} as market_cap,
        {{ finite_number('"enterpriseVal"') }} as enterprise_val,
        {{ finite_number('"peRatio"') }} as pe_ratio,
        {{ finite_number('"pbRatio"') }} as pb_ratio,
        {{ finite_number('"trailingPEG1Y"') }} as trailing_peg_1y,
        {{ value_faults([
            ('marketCap', 'double', {'<= 0': 'is not positive'}),
            ('enterpriseVal', 'double', {}),
            ('peRatio', 'double', {}),
            ('pbRatio', 'double', {}),
            ('trailingPEG1Y', 'double', {}),
        ]) }} as value_faults,
        ticker as source_ticker,
        date as source_date
    from source

),

judged as not materialized (

    select
        renamed.*,
        coalesce(listings.is_in_scope, true) as is_listing_in_scope,
        case
            when renamed.ticker is null then 'no ticker'
            when renamed.date is null then 'no date'
            when renamed.date < date '1900-01-01' then 'date before 1900'
            when renamed.date > current_date then 'date in the future'
            when listings.ticker is null then 'ticker has no listing'
            when listings.reason is not null then listings.reason
            when renamed.date < listings.priced_from
                then {{ before_listing }}
            when renamed.date > listings.listed_until
                then {{ after_listing }}
        end as reason
    from renamed
    left join listings on renamed.ticker = listings.ticker
    where not {{ is_after_cutoff('renamed.date') }}

),

repeating as (

    select ticker
    from judged
    where reason is null
    group by ticker
    having {{ dates_repeat('date') }}

),

marked as not materialized (

    select
        judged.*,
        repeating.ticker is not null as may_be_copy
    from judged
    left join repeating on judged.ticker = repeating.ticker

),

-- Ranking is dear: only tickers that have copies are ranked.
ranked as (

    select
        *,
        1 as copy_number
    from marked
    where not may_be_copy
    union all
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
                concat_ws(' ', source_ticker, source_date) asc
        ) as copy_number
    from marked
    where may_be_copy

),

described as (

    select
        *,
        coalesce(
            reason,
            case
                when copy_number > 1
                    then 'second row for its ticker and date'
            end
        ) as final_reason
    from ranked

)

select
    ticker,
    date,
    enterprise_val,
    pe_ratio,
    pb_ratio,
    trailing_peg_1y,
    value_faults,
    final_reason as reason,
    is_listing_in_scope
    and coalesce(
        final_reason not in ({{ before_listing }}, {{ after_listing }}), true
    ) as is_in_scope,
    case
        when final_reason is not null or value_faults is not null
            then concat_ws(' ', source_ticker, source_date)
    end as key,
    case when market_cap > 0 then market_cap end as market_cap
from described
