{#
  A bad tick: a price more than this many times the one of the trading day
  before, or less than one part in as many, which the next day undoes. The
  largest such move of 308 real stocks, 2005-2017, was 1.8-fold.
#}
{% set tick_factor = 2 %}
{#
  Undone: the price after it is at most this many times the price before it,
  and at least one part in as many.
#}
{% set undone_factor = 1.25 %}
{#
  SPY never moves as far in a day: trading halts once it has lost a fifth. So
  its bad ticks are known on the day itself.
#}
{% set benchmark_factor = 1.25 %}
{#
  A move this far that stays may be a split that the vendor forgot. The
  furthest of 550 real stocks, 2005-2024, was to 0.36 (MTG, 2012-08-02). SPY
  makes none as far as its bad ticks.
#}
{% set split_factor = 3 %}

with source as not materialized (

    select * from {{ market_table('daily_adjusted') }}

),

listings as (

    select * from {{ ref('base_listings') }}

),

renamed as not materialized (

    select
        {{ normalised_ticker() }} as ticker,
        try_cast(date as date) as date,
        {{ finite_number('close') }} as close,
        {{ finite_number('"adjClose"') }} as adj_close,
        {{ finite_number('"adjVolume"') }} as adj_volume,
        {{ value_faults([
            ('close', 'double', {'<= 0': 'is not positive'}),
            ('adjVolume', 'double', {'< 0': 'is negative'}),
        ]) }} as value_faults,
        ticker as source_ticker,
        date as source_date
    from source

),

judged as not materialized (

    select
        renamed.*,
        coalesce(listings.is_in_scope, true) as is_in_scope,
        case
            when renamed.ticker is null then 'no ticker'
            when renamed.date is null then 'no date'
            when renamed.date < date '1900-01-01' then 'date before 1900'
            when renamed.date > current_date then 'date in the future'
            when isodow(renamed.date) > 5 then 'date on a weekend'
            when listings.ticker is null then 'ticker has no listing'
            when listings.reason is not null then listings.reason
            when renamed.date < listings.priced_from
                then 'before its ticker was listed'
            when renamed.date > listings.listed_until
                then 'after its listing ended'
            when renamed.adj_close is null or renamed.adj_close <= 0
                then 'adjClose is not a positive number'
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
ranked as not materialized (

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
                adj_volume desc nulls last,
                adj_close desc nulls last,
                close desc nulls last,
                concat_ws(' ', source_ticker, source_date) asc
        ) as copy_number
    from marked
    where may_be_copy

),

deduplicated as not materialized (

    select
        * replace (
            coalesce(
                reason,
                case
                    when copy_number > 1
                        then 'second row for its ticker and date'
                end
            ) as reason
        )
    from ranked

),

-- The price over the one before it and over the one two before, and the next
-- price over the one before: usable rows are compared with usable rows.
moves as (

    select
        ticker,
        date,
        adj_close / lag(adj_close) over by_day as day_move,
        adj_close / lag(adj_close, 2) over by_day as two_day_move,
        lead(adj_close) over by_day / lag(adj_close) over by_day as round_trip
    from deduplicated
    where reason is null
    window by_day as (partition by ticker order by date)

),

-- The far moves: bad ticks, and those that stay. The day after SPY's bad tick
-- is as far from the tick, but not from the price before it.
ticks as (

    select
        ticker,
        date,
        case
            when
                ticker = 'SPY'
                and {{ is_beyond('two_day_move', benchmark_factor) }}
                then 'SPY moved further than it can in a day'
            when
                ticker <> 'SPY'
                and not {{ is_beyond('round_trip', undone_factor) }}
                then 'one-day move that reverses'
        end as reason,
        case
            when
                {{ is_beyond('round_trip', undone_factor) }}
                and case
                    when ticker = 'SPY'
                        then coalesce(
                            {{ is_beyond('two_day_move', benchmark_factor) }},
                            true
                        )
                    else {{ is_beyond('day_move', split_factor) }}
                end
                then day_move
        end as lasting_move
    from moves
    where
        {{ is_beyond('day_move', benchmark_factor) }}
        and (ticker = 'SPY' or {{ is_beyond('day_move', tick_factor) }})

),

with_ticks as (

    select
        deduplicated.* replace (
            coalesce(deduplicated.reason, ticks.reason) as reason
        ),
        case
            when deduplicated.reason is null then ticks.lasting_move
        end as lasting_move
    from deduplicated
    left join ticks
        on
            deduplicated.ticker = ticks.ticker
            and deduplicated.date = ticks.date

)

select
    ticker,
    date,
    adj_close,
    is_in_scope,
    reason,
    value_faults,
    lasting_move,
    case
        when reason is not null or value_faults is not null
            then concat_ws(' ', source_ticker, source_date)
    end as key,
    case when close > 0 then close end as close,
    case when adj_volume >= 0 then adj_volume end as adj_volume
from with_ticks
