with prices as (

    select * from {{ ref('stg_daily_adjusted') }}

),

benchmark as (

    select * from {{ ref('int_benchmark') }}

),

weeks as (

    select
        prices.ticker,
        max(prices.date) as date,
        arg_max(prices.adj_close, prices.date) as adj_close
    from prices
    group by prices.ticker, date_trunc('week', prices.date)

)

select
    weeks.ticker,
    weeks.date,
    weeks.adj_close,
    weeks.adj_close / benchmark.adj_close as price_to_spy
from weeks
left join benchmark on weeks.date = benchmark.date
order by weeks.ticker, weeks.date
