with companies as (

    select * from {{ ref('tiingo_companies') }}

),

prices as (

    select * from {{ ref('base_tiingo_prices') }}

),

snapshots as (

    select * from {{ ref('base_tiingo_snapshots') }}

),

-- Prices of a day that were asked for before midnight in UTC were wrong at
-- times.
histories as (

    select
        companies.ticker,
        prices.date,
        prices.close,
        prices.adj_close,
        prices.adj_volume,
        prices.fetched_at
    from prices
    inner join companies on prices.key = companies.key
    where prices.date + 1 <= prices.fetched_at

),

-- A split or dividend moves all before it, so a history is asked for again
-- then: what came before it, or is in it, counts no more.
ends as (

    select
        ticker,
        max(date) as last_date,
        max(fetched_at) as fetched_at
    from histories
    group by ticker

),

later as (

    select
        companies.ticker,
        snapshots.date,
        snapshots.close,
        snapshots.adj_close,
        snapshots.adj_volume,
        snapshots.fetched_at
    from snapshots
    inner join companies
        on
            snapshots.symbol = companies.symbol
            and companies.symbol = companies.ticker
            and companies.is_active
    inner join ends on companies.ticker = ends.ticker
    where
        snapshots.date + 1 <= snapshots.fetched_at
        and snapshots.date > ends.last_date
        and snapshots.fetched_at > ends.fetched_at

),

together as (

    select * from histories
    union all
    select * from later

)

select
    ticker,
    date,
    close,
    adj_close as adjClose,
    adj_volume as adjVolume
from together
qualify
    row_number() over (
        partition by ticker, date
        order by fetched_at desc
    ) = 1
