with prices as (

    select * from {{ ref('stg_daily_adjusted') }}

),

trading_days as (

    select
        date,
        max(adj_close) filter (where ticker = 'SPY') as adj_close
    from prices
    group by date

),

numbered as (

    select
        *,
        row_number() over (order by date) as day_number
    from trading_days

),

carried as (

    select
        date,
        last_value(adj_close ignore nulls) over by_date as adj_close,
        day_number - last_value(
            case when adj_close is not null then day_number end ignore nulls
        ) over by_date as price_age
    from numbered
    window by_date as (order by date)

)

-- Older than a trading week, a price says nothing about the day.
select
    date,
    price_age,
    case when price_age <= 5 then adj_close end as adj_close
from carried
order by date
