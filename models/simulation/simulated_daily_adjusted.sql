with returns as (

    select * from {{ ref('simulated_returns') }}

),

share_events as (

    select * from {{ ref('simulated_share_events') }}

),

listings as (

    select * from {{ ref('simulated_listings') }}

),

last_returns as (

    select
        ticker,
        max_by(price_return_ln + dividends_ln, quarter_start)
            as total_return_ln,
        max_by(price_return_ln, quarter_start) as price_return_ln
    from share_events
    group by ticker

),

quarters as (

    select
        share_events.*,
        listings.first_price,
        listings.turnover_ln,
        -- What makes close and adjClose meet on a ticker's last day.
        listings.first_price
        * exp(last_returns.price_return_ln - last_returns.total_return_ln)
        / share_events.last_split_factor as adjusted_first_price
    from share_events
    inner join listings
        on share_events.ticker = listings.ticker
    inner join last_returns
        on share_events.ticker = last_returns.ticker

)

select
    returns.ticker,
    returns.date,
    round(
        quarters.first_price * case
            when returns.date >= quarters.event_date
                then
                    exp(returns.total_return_ln - quarters.dividends_ln)
                    / quarters.split_factor
            else
                exp(returns.total_return_ln - quarters.dividends_before_ln)
                / quarters.split_factor_before
        end, 4
    ) as close,
    round(
        quarters.adjusted_first_price * exp(returns.total_return_ln), 6
    ) as adjClose,
    round(
        1 + quarters.unsplit_shares * quarters.last_split_factor
        * exp(quarters.turnover_ln + returns.activity_ln)
    ) as adjVolume
from returns
inner join quarters
    on
        returns.ticker = quarters.ticker
        and returns.quarter_start = quarters.quarter_start
