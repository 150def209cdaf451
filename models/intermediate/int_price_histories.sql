with prices as (

    select * from {{ ref('stg_daily_adjusted') }}

)

select
    ticker,
    cast(count(*) as integer) as price_count,
    (count(*) - 1) / nullif((max(date) - min(date)) / 365.25, 0)
        as yearly_prices,
    min(date) as first_date,
    max(date) as last_date,
    min(adj_close) as lowest_price,
    max(adj_close) as highest_price,
    max(adj_volume) as highest_volume
from prices
group by ticker
