with prices as (

    select * from {{ ref('stg_daily_adjusted') }}

),

trading_days as (

    select
        date,
        cast(row_number() over (order by date) as integer) as day_number,
        cast(count(*) filter (where ticker <> 'SPY') as integer) as stock_count
    from prices
    group by date

),

spy_prices as (

    select
        trading_days.date,
        trading_days.day_number,
        prices.adj_close
    from prices
    inner join trading_days on prices.date = trading_days.date
    where prices.ticker = 'SPY'

)

-- Older than five trading days, a price says nothing about the day. Five of
-- them never took more than 11 days (September 2001): a stray row far ahead of
-- all others must not pass for the next trading day.
select
    trading_days.date,
    trading_days.day_number,
    cast(count(*) over last_12_months - 1 as integer) as days_12m,
    {{ sample_anchor('trading_days.date') }} as sample_anchor,
    trading_days.stock_count,
    trading_days.day_number - spy_prices.day_number as price_age,
    case
        when
            trading_days.day_number - spy_prices.day_number <= 5
            and trading_days.date - spy_prices.date <= 11
            then spy_prices.adj_close
    end as adj_close
from trading_days
asof left join spy_prices
    on trading_days.date >= spy_prices.date
window
    last_12_months as (
        order by trading_days.date
        range between interval 12 months preceding and current row
    )
