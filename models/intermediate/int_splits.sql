{# A move of close against adjClose of more than this is a split; dividends
   and rounding stay below. #}
{% set smallest_split = 1.1 %}

with prices as (

    select * from {{ ref('stg_daily_adjusted') }}

),

moves as (

    select
        ticker,
        date,
        (adj_close / lag(adj_close) over by_ticker)
        / (close / lag(close) over by_ticker) as shares_per_share
    from prices
    where close > 0
    window by_ticker as (partition by ticker order by date)

),

splits as (

    select *
    from moves
    where
        shares_per_share > {{ smallest_split }}
        or shares_per_share < {{ 1 / smallest_split }}

)

select
    ticker,
    date,
    shares_per_share,
    product(shares_per_share) over (
        partition by ticker
        order by date
    ) as shares_per_first_share
from splits
