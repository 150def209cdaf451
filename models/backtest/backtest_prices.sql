with prices as (

    select * from {{ ref('stg_daily_adjusted') }}

),

benchmark as (

    select * from {{ ref('int_benchmark') }}
    where adj_close is not null

),

first_forecasts as (

    select
        ticker,
        min(date) as date
    from {{ ref('backtest_forecasts') }}
    group by ticker

),

-- Days on which SPY itself trades: a stray row of another ticker on a holiday
-- must not move the day on which all portfolios are formed.
quarter_starts as (

    select
        {{ sample_anchor('date') }} as sample_anchor,
        min(date) as start_date,
        arg_min(adj_close, date) as spy_price
    from benchmark
    where price_age = 0
    group by {{ sample_anchor('date') }}

),

quarters as (

    select
        quarter_starts.sample_anchor,
        quarter_starts.start_date,
        next_starts.start_date as end_date,
        next_starts.spy_price / quarter_starts.spy_price - 1 as spy_return
    from quarter_starts
    inner join quarter_starts as next_starts
        on
            quarter_starts.sample_anchor + interval 3 months
            = next_starts.sample_anchor

),

-- The quarter start on which a day's price is still the newest, unless the
-- stock trades again before.
days as (

    select
        benchmark.date,
        benchmark.adj_close as spy_price,
        quarter_starts.start_date
    from benchmark
    asof join quarter_starts
        on benchmark.date <= quarter_starts.start_date

),

last_prices as (

    select
        prices.ticker,
        days.start_date,
        arg_max(prices.adj_close / days.spy_price, prices.date)
            as relative_price
    from prices
    inner join days on prices.date = days.date
    inner join first_forecasts
        on
            prices.ticker = first_forecasts.ticker
            and prices.date >= first_forecasts.date
    group by prices.ticker, days.start_date

),

ticker_quarters as (

    select
        quarters.*,
        first_forecasts.ticker
    from first_forecasts
    inner join quarters
        on first_forecasts.date <= quarters.start_date

)

-- A price relative to SPY that stands still is a holding of SPY: so a stock
-- that no longer trades earns SPY from its last price on.
select
    ticker_quarters.ticker,
    ticker_quarters.sample_anchor,
    ticker_quarters.start_date,
    ticker_quarters.end_date,
    ticker_quarters.spy_return,
    start_prices.relative_price as start_relative_price,
    end_prices.relative_price as end_relative_price
from ticker_quarters
asof join last_prices as start_prices
    on
        ticker_quarters.ticker = start_prices.ticker
        and ticker_quarters.start_date >= start_prices.start_date
asof join last_prices as end_prices
    on
        ticker_quarters.ticker = end_prices.ticker
        and ticker_quarters.end_date >= end_prices.start_date
order by ticker_quarters.ticker, ticker_quarters.sample_anchor
