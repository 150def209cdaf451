with prices as (

    select * from {{ ref('stg_daily_adjusted') }}

),

stocks as (

    select ticker
    from {{ ref('stg_supported_tickers') }}
    where asset_type = 'stock'

),

benchmark as (

    select * from {{ ref('int_benchmark') }}

),

relative_prices as (

    select
        prices.ticker,
        prices.date,
        prices.adj_close,
        prices.adj_volume,
        ln(prices.adj_close) as price_ln,
        ln(benchmark.adj_close) as benchmark_ln
    from prices
    inner join stocks on prices.ticker = stocks.ticker
    inner join benchmark on prices.date = benchmark.date

)

select
    ticker,
    date,
    adj_close,
    adj_volume,
    price_ln - benchmark_ln as relative_price_ln,
    price_ln - lag(price_ln) over by_ticker as return_ln,
    benchmark_ln - lag(benchmark_ln) over by_ticker as benchmark_return_ln,
    adj_close / max(adj_close) over (
        partition by ticker
        order by date
        range between interval 12 months preceding and current row
    ) - 1 as drawdown_12m
from relative_prices
window by_ticker as (partition by ticker order by date)
order by ticker, date
