{% do declare_features(['int_valuations']) %}
with sample_dates as (

    select * from {{ ref('int_sample_dates') }}

),

valuations as (

    select * from {{ ref('stg_fundamentals_daily') }}

)

-- Older than two weeks, a market value is not the day's.
select
    sample_dates.ticker,
    sample_dates.date,
    valuations.market_cap,
    valuations.enterprise_val,
    valuations.pe_ratio,
    valuations.pb_ratio,
    valuations.trailing_peg_1y
from sample_dates
asof join valuations
    on
        sample_dates.ticker = valuations.ticker
        and sample_dates.date >= valuations.date
where sample_dates.date - valuations.date <= 14
