with prices as (

    select * from {{ ref('int_relative_prices') }}

)

-- A day counts towards the first sample date on or after it: of the days since
-- an anchor the first is that sample date itself, and the others are past it.
select
    ticker,
    date,
    adj_close,
    adj_volume,
    relative_price_ln,
    case
        when sample_anchor = lag(sample_anchor) over by_ticker
            then cast(sample_anchor + interval 3 months as date)
        else sample_anchor
    end as sample_anchor,
    price_ln - lag(price_ln) over by_ticker as return_ln,
    benchmark_ln - lag(benchmark_ln) over by_ticker as benchmark_return_ln,
    adj_close / max(adj_close) over (
        partition by ticker
        order by day_number
        range between days_12m preceding and current row
    ) - 1 as drawdown_12m
from prices
-- By number, not date: both windows share one sort, and months are counted once
-- a trading day, not once a price.
window by_ticker as (partition by ticker order by day_number)
