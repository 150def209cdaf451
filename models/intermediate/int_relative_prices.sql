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

)

select
    prices.ticker,
    prices.date,
    prices.adj_close,
    prices.adj_volume,
    benchmark.sample_anchor,
    benchmark.day_number,
    benchmark.days_12m,
    ln(prices.adj_close) as price_ln,
    ln(benchmark.adj_close) as benchmark_ln,
    ln(prices.adj_close) - ln(benchmark.adj_close) as relative_price_ln
from prices
inner join stocks on prices.ticker = stocks.ticker
inner join benchmark on prices.date = benchmark.date
