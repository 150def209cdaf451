{# A move of close against adjClose of more than this may be a split: dividends
   and rounding stay below, the smallest splits (11 for 10) do not. #}
{% set smallest_split = 1.09 %}
{# Besides whole numbers: 3 for 2, and so on. #}
{% set fractions = ['3/2', '4/3', '5/2', '5/3', '5/4', '6/5', '11/10'] %}
{# Where no split has its ratio, the count of shares must have moved as far as
   the close, but for this part of it. #}
{% set tolerance = 0.1 %}

with prices as (

    select * from {{ ref('stg_daily_adjusted') }}

),

share_counts as (

    select
        ticker,
        is_annual,
        period_end,
        known_from,
        shares_basic
    from {{ ref('int_statement_versions') }}
    where shares_basic > 0

),

moves as (

    select
        ticker,
        date,
        (adj_close / lag(adj_close) over by_ticker)
        / (close / lag(close) over by_ticker) as price_ratio
    from prices
    where close > 0
    window by_ticker as (partition by ticker order by date)

),

candidates as (

    select *
    from moves
    where
        price_ratio > {{ smallest_split }}
        or price_ratio < {{ 1 / smallest_split }}

),

split_ratios as (

    select unnest(list_concat(ratios, [1 / ratio for ratio in ratios])) as ratio
    from (
        select
            list_concat(range(2, 101), [{{ fractions | join(', ') }}]) as ratios
    )

),

-- A dividend on the day of the split adds up to 3 %, rounding half a percent.
named as (

    select
        candidates.ticker,
        candidates.date,
        candidates.price_ratio,
        arg_min(
            split_ratios.ratio,
            abs(ln(candidates.price_ratio / split_ratios.ratio))
        ) as split_ratio
    from candidates
    left join split_ratios
        on
            candidates.price_ratio
            between 0.995 * split_ratios.ratio and 1.03 * split_ratios.ratio
    group by candidates.ticker, candidates.date, candidates.price_ratio

),

-- As published before the day: what is filed later may have been restated.
counted_before as (

    select
        named.ticker,
        named.date,
        max(share_counts.period_end) as period_before,
        arg_max(
            share_counts.shares_basic,
            (
                share_counts.period_end,
                share_counts.known_from,
                not share_counts.is_annual
            )
        ) as shares_before
    from named
    inner join share_counts
        on
            named.ticker = share_counts.ticker
            and named.date > share_counts.known_from
    group by named.ticker, named.date

),

-- The next period to be known, which may have ended before the day and have
-- been restated for the split, and the first to be known that ended after it.
counted_after as (

    select
        counted_before.ticker,
        counted_before.date,
        counted_before.period_before,
        counted_before.shares_before,
        {% set by_filing %}
            (
                share_counts.known_from,
                share_counts.period_end,
                share_counts.is_annual
            )
        {% endset %}
        {% set has_ended_after %}
            filter (where share_counts.period_end >= counted_before.date)
        {% endset %}
        arg_min(share_counts.period_end, {{ by_filing }}) as period_next,
        arg_min(share_counts.shares_basic, {{ by_filing }}) as shares_next,
        arg_min(share_counts.period_end, {{ by_filing }})
        {{ has_ended_after }} as period_after,
        arg_min(share_counts.shares_basic, {{ by_filing }})
        {{ has_ended_after }} as shares_after
    from counted_before
    inner join share_counts
        on
            counted_before.ticker = share_counts.ticker
            and counted_before.date <= share_counts.known_from
            and counted_before.period_before < share_counts.period_end
    group by
        counted_before.ticker,
        counted_before.date,
        counted_before.period_before,
        counted_before.shares_before

),

-- What other splits in the same time may have done to the count is taken out.
moved as (

    select
        counted_after.ticker,
        counted_after.date,
        counted_after.period_next,
        {% for period in ['next', 'after'] %}
            ln(counted_after.shares_{{ period }} / counted_after.shares_before)
            - coalesce(
                sum(ln(neighbours.split_ratio)) filter (
                    where neighbours.date <= counted_after.period_{{ period }}
                ),
                0
            ) as move_{{ period }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from counted_after
    left join named as neighbours
        on
            counted_after.ticker = neighbours.ticker
            and counted_after.date <> neighbours.date
            and counted_after.period_before < neighbours.date
    group by
        counted_after.ticker,
        counted_after.date,
        counted_after.period_next,
        counted_after.period_after,
        counted_after.shares_next,
        counted_after.shares_after,
        counted_after.shares_before

),

-- Nearer to the move of the close than to none at all.
judged as (

    select
        named.*,
        moved.period_next,
        {% for period in ['next', 'after'] %}
            abs(moved.move_{{ period }} - ln(named.price_ratio)) < if(
                named.split_ratio is null,
                {{ tolerance }} * abs(ln(named.price_ratio)),
                abs(moved.move_{{ period }})
            ) as is_in_shares_{{ period }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from named
    left join moved
        on
            named.ticker = moved.ticker
            and named.date = moved.date

),

-- Without counts, the ratio decides. Who knows the count of a period that ended
-- after the day knows the first of these to be known, too: nobody is told more
-- than could be known.
splits as (

    select
        ticker,
        date,
        if(is_in_shares_next, least(date, period_next), date) as counted_from,
        coalesce(split_ratio, price_ratio) as shares_per_share
    from judged
    where
        coalesce(
            is_in_shares_next or is_in_shares_after, split_ratio is not null
        )

)

select
    ticker,
    date,
    counted_from,
    shares_per_share,
    product(shares_per_share) over (
        partition by ticker
        order by counted_from
    ) as shares_per_first_share
from splits
