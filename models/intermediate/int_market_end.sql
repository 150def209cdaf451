with histories as (

    select * from {{ ref('int_price_histories') }}

),

benchmark as (

    select * from {{ ref('int_benchmark') }}
    where adj_close is not null

),

-- Stocks that were delisted ended one by one, in all the months there are:
-- in none of them as many as in the one that the data reach.
months as (

    select
        date_trunc('month', last_date) as last_month,
        count(*) as stock_count,
        quantile_disc(last_date, 0.5) as stocks_until
    from histories
    where ticker <> 'SPY'
    group by last_month

),

stocks_end as (

    select arg_max(stocks_until, (stock_count, last_month)) as stocks_until
    from months

),

spy_end as (

    select
        max(date) filter (where price_age = 0) as spy_until,
        max(date) as known_until
    from benchmark

)

select
    spy_end.spy_until,
    stocks_end.stocks_until,
    least(spy_end.known_until, stocks_end.stocks_until) as date
from spy_end
cross join stocks_end
