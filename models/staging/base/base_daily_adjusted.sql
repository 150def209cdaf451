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
{#
  Two moves this far, at most so many days apart, of which the second leads back
  to where the first began: a tick of several days.
#}
{% set tick_days = 31 %}
{#
  Nothing that was ever quoted lies outside, or can be added up. Reverse splits
  put adjusted prices of the past as high as 1e11 (TOPS), splits as low as
  1e-4; the highest close is below 1e6 (BRK.A).
#}
{% set adj_close_range = 'between 1e-9 and 1e12' %}
{% set close_range = 'between 1e-7 and 1e8' %}
{% set most_volume = '1e15' %}
{# USD traded in a day: the most of any stock was below 1e11. #}
{% set turnover_range = 'between 1e-3 and 1e15' %}
{#
  Copies of a row whose prices differ by more than rounding, on this share of a
  ticker's days: its history was loaded twice, from two sources or on two days.
#}
{% set copy_factor = 1.002 %}
{% set two_histories_share = 0.1 %}

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
            (
                'close',
                'double',
                {
                    '<= 0': 'is not positive',
                    'not ' ~ close_range: 'is out of range',
                },
            ),
            (
                'adjVolume',
                'double',
                {
                    '< 0': 'is negative',
                    '> ' ~ most_volume: 'is out of range',
                    '* try_cast("adjClose" as double) not '
                    ~ turnover_range
                    ~ ' and try_cast("adjVolume" as double) > 0':
                        'is out of range beside adjClose',
                },
            ),
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
            when renamed.adj_close not {{ adj_close_range }}
                then 'adjClose is out of range'
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
copies as not materialized (

    select
        *,
        max(adj_close) over same_day
        > {{ copy_factor }} * min(adj_close) over same_day as is_contradicted,
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
    window same_day as (partition by ticker, date, reason)

),

-- Taking the copy with more volume would mix the two day by day.
ranked as not materialized (

    select
        *,
        1 as copy_number,
        false as has_two_histories
    from marked
    where not may_be_copy
    union all by name
    select
        * exclude (is_contradicted),
        reason is null
        and count(*) filter (where copy_number = 1 and is_contradicted)
            over (partition by ticker, reason)
        > {{ two_histories_share }} * count(*) filter (where copy_number = 1)
            over (partition by ticker, reason) as has_two_histories
    from copies

),

deduplicated as not materialized (

    select
        * replace (
            coalesce(
                reason,
                case
                    when has_two_histories
                        then 'its ticker has two histories of prices'
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
        adj_close,
        adj_close / lag(adj_close) over by_day as day_move,
        adj_close / lag(adj_close, 2) over by_day as two_day_move,
        lead(adj_close) over by_day / lag(adj_close) over by_day as round_trip
    from deduplicated
    where reason is null
    window by_day as (partition by ticker order by date)

),

-- The rest looks at these few only.
far_moves as materialized (

    select *
    from moves
    where
        {{ is_beyond('day_move', benchmark_factor) }}
        and (ticker = 'SPY' or {{ is_beyond('day_move', tick_factor) }})

),

furthest_moves as (

    select
        *,
        adj_close / day_move as price_before,
        date - lag(date) over (
            partition by ticker
            order by date
        ) as days_since
    from far_moves
    where ticker <> 'SPY' and {{ is_beyond('day_move', split_factor) }}

),

runs as (

    select
        *,
        count(*) filter (where days_since > {{ tick_days }}) over (
            partition by ticker
            order by date
        ) as run
    from furthest_moves

),

-- Where the price is after each move, over the one before the first of its run.
levels as (

    select
        ticker,
        date,
        run,
        adj_close / first_value(price_before) over by_run as price_level,
        lead(date) over by_run as next_date
    from runs
    window by_run as (partition by ticker, run order by date)

),

returns as (

    select
        *,
        max(date) filter (
            where not {{ is_beyond('price_level', undone_factor) }}
        ) over (partition by ticker, run) as returned_on
    from levels

),

long_ticks as (

    select
        ticker,
        cast(
            unnest(generate_series(date, next_date - 1, interval 1 day))
            as date
        ) as date
    from returns
    where date < returned_on and {{ is_beyond('price_level', tick_factor) }}

),

-- The far moves: bad ticks, and those that stay. The day after SPY's bad tick
-- is as far from the tick, but not from the price before it.
ticks as (

    select
        far_moves.ticker,
        far_moves.date,
        case
            when
                far_moves.ticker = 'SPY'
                and {{ is_beyond(
                    'far_moves.two_day_move', benchmark_factor
                ) }}
                then 'SPY moved further than it can in a day'
            when
                far_moves.ticker <> 'SPY'
                and not {{ is_beyond('far_moves.round_trip', undone_factor) }}
                then 'one-day move that reverses'
        end as reason,
        case
            when
                {{ is_beyond('far_moves.round_trip', undone_factor) }}
                and case
                    when far_moves.ticker = 'SPY'
                        then coalesce(
                            {{ is_beyond(
                                'far_moves.two_day_move', benchmark_factor
                            ) }},
                            true
                        )
                    else
                        {{ is_beyond('far_moves.day_move', split_factor) }}
                        and coalesce(far_moves.date > returns.returned_on, true)
                end
                then far_moves.day_move
        end as lasting_move
    from far_moves
    left join returns
        on
            far_moves.ticker = returns.ticker
            and far_moves.date = returns.date

),

with_ticks as (

    select
        deduplicated.* replace (
            coalesce(
                deduplicated.reason,
                ticks.reason,
                case
                    when long_ticks.ticker is not null
                        then 'far move that reverses within a month'
                end
            ) as reason
        ),
        case
            when deduplicated.reason is null then ticks.lasting_move
        end as lasting_move
    from deduplicated
    left join ticks
        on
            deduplicated.ticker = ticks.ticker
            and deduplicated.date = ticks.date
    left join long_ticks
        on
            deduplicated.ticker = long_ticks.ticker
            and deduplicated.date = long_ticks.date

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
    case when close {{ close_range }} then close end as close,
    case
        when
            adj_volume = 0
            or (
                adj_volume between 0 and {{ most_volume }}
                and adj_close * adj_volume {{ turnover_range }}
            )
            then adj_volume
    end as adj_volume
from with_ticks
