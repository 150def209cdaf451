with returns as (

    select * from {{ ref('simulated_returns') }}

),

listings as (

    select * from {{ ref('simulated_listings') }}

),

trading_days as (

    select * from {{ ref('simulated_trading_days') }}

),

quarter_ends as (

    select
        ticker,
        quarter_start,
        max_by(total_return_ln, date) as total_return_ln
    from returns
    group by ticker, quarter_start

),

event_days as (

    select
        quarter_ends.ticker,
        quarter_ends.quarter_start,
        quarter_ends.total_return_ln,
        listings.first_price,
        listings.first_shares,
        listings.split_ratio,
        listings.dilution_ln,
        trading_days.date as event_date,
        -- The first, broken quarter has neither dividend nor split.
        cast(
            case
                when
                    row_number() over by_quarter > 1
                    and trading_days.date <= listings.end_date
                    then -ln(1 - listings.quarterly_dividend_yield)
                else 0
            end as decimal(18, 12)
        ) as dividend_ln,
        greatest(listings.split_price, 1.5 * listings.first_price)
            as split_price,
        row_number() over by_quarter - 1 as quarters_listed,
        trading_days.date is not null
        and trading_days.date <= listings.end_date as has_event
    from quarter_ends
    inner join listings
        on quarter_ends.ticker = listings.ticker
    left join trading_days
        on
            quarter_ends.quarter_start = trading_days.quarter_start
            and listings.share_event_day = trading_days.day_of_quarter
    window by_quarter as (
        partition by quarter_ends.ticker order by quarter_ends.quarter_start
    )

),

dividends as (

    select
        *,
        cast(
            sum(dividend_ln) over (
                partition by ticker
                order by quarter_start
                rows between unbounded preceding and current row
            ) as double
        ) as dividends_ln
    from event_days

),

price_ranges as (

    select
        *,
        total_return_ln - dividends_ln as price_return_ln,
        coalesce(
            max(total_return_ln - dividends_ln) over earlier, 0
        ) as highest_ln,
        coalesce(
            min(total_return_ln - dividends_ln) over earlier, 0
        ) as lowest_ln,
        -- Halves of two neighbours: the order of a sum does not matter.
        coalesce(
            (
                lag(total_return_ln - dividends_ln, 1) over by_quarter
                + lag(total_return_ln - dividends_ln, 4) over by_quarter
            ) / 2, 0
        ) as past_price_return_ln
    from dividends
    window
        by_quarter as (partition by ticker order by quarter_start),
        earlier as (
            partition by ticker
            order by quarter_start
            rows between unbounded preceding and 1 preceding
        )

),

-- Split once the highest quarter's end passes the split price, and again at
-- each multiple of it; one share for five once the lowest falls under 3.
split_counts as (

    select
        *,
        pow(
            split_ratio,
            greatest(
                floor(
                    (ln(first_price / split_price) + highest_ln)
                    / ln(split_ratio)
                ) + 1, 0
            )
        )
        / pow(
            5,
            greatest(
                floor((ln(3 / first_price) - lowest_ln) / ln(5)) + 1, 0
            )
        ) as planned_split_factor
    from price_ranges

),

splits as (

    select
        *,
        case
            when has_event then planned_split_factor
            else coalesce(
                lag(planned_split_factor) over (
                    partition by ticker order by quarter_start
                ), 1
            )
        end as split_factor
    from split_counts

)

select
    ticker,
    quarter_start,
    event_date,
    price_return_ln,
    dividends_ln,
    split_factor,
    coalesce(
        lag(dividends_ln) over (partition by ticker order by quarter_start), 0
    ) as dividends_before_ln,
    coalesce(
        lag(split_factor) over (partition by ticker order by quarter_start), 1
    ) as split_factor_before,
    last_value(split_factor) over (
        partition by ticker
        order by quarter_start
        rows between unbounded preceding and unbounded following
    ) as last_split_factor,
    -- As if no share were ever split. Winners buy back, losers issue.
    first_shares * exp(
        dilution_ln * quarters_listed / 4
        - 0.25 * (past_price_return_ln - 0.06 * quarters_listed / 4)
    ) as unsplit_shares
from splits
order by ticker, quarter_start
