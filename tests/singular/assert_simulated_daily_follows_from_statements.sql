with prices as (

    select * from {{ ref('simulated_daily_adjusted') }}

),

daily as (

    select * from {{ ref('simulated_fundamentals_daily') }}

),

share_events as (

    select * from {{ ref('simulated_share_events') }}

),

filed as (

    select
        ticker,
        filing_date,
        date_trunc('quarter', date) as quarter_start,
        max(value) filter (where dataCode = 'sharesBasic') as traded_shares,
        max(value) filter (where dataCode = 'equity') as equity,
        max(value) filter (where dataCode = 'debt') as debt,
        max(value) filter (where dataCode = 'cashAndEq') as cash
    from {{ ref('simulated_fundamentals_statements') }}
    where quarter > 0
    group by ticker, filing_date, date

),

-- Shares as filed, in units of the filed quarter's end.
filed_shares as (

    select
        filed.*,
        coalesce(share_events.split_factor, 1) as split_factor
    from filed
    left join share_events
        on
            filed.ticker = share_events.ticker
            and filed.quarter_start = share_events.quarter_start

),

expected as (

    select
        daily.ticker,
        daily.date,
        daily.marketCap,
        daily.enterpriseVal,
        daily.pbRatio,
        filed_shares.equity,
        filed_shares.debt,
        filed_shares.cash,
        prices.close * filed_shares.traded_shares / filed_shares.split_factor
        * case
            when daily.date >= share_events.event_date
                then share_events.split_factor
            else share_events.split_factor_before
        end as market_cap
    from daily
    inner join prices
        on
            daily.ticker = prices.ticker
            and daily.date = prices.date
    inner join share_events
        on
            daily.ticker = share_events.ticker
            and date_trunc('quarter', daily.date) = share_events.quarter_start
    asof inner join filed_shares
        on
            daily.ticker = filed_shares.ticker
            and daily.date >= filed_shares.filing_date

)

-- Both values are rounded to a dollar.
select
    ticker,
    date,
    marketCap,
    market_cap,
    enterpriseVal,
    pbRatio
from expected
where
    abs(marketCap - market_cap) > 1
    or abs(enterpriseVal - (market_cap + debt - cash)) > 1
    or abs(pbRatio - market_cap / equity) > 1e-5
