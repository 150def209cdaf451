{% set horizons = [6, 12, 24, 36] %}

with sample_dates as (

    select * from {{ ref('int_sample_dates') }}

),

prices as (

    select * from {{ ref('stg_daily_adjusted') }}

),

benchmark as (

    select * from {{ ref('int_benchmark') }}

),

last_trades as (

    select
        ticker,
        max(date) as date
    from prices
    group by ticker

),

market_end as (

    select max(date) as date from benchmark

),

horizons as (

    select unnest({{ horizons }}) as months

),

-- No label before the market's data reach the end of its window.
closed_windows as (

    select
        sample_dates.ticker,
        sample_dates.date,
        horizons.months,
        cast(sample_dates.date + to_months(horizons.months) as date)
            as window_end
    from sample_dates
    cross join horizons
    cross join market_end
    where
        sample_dates.date + to_months(horizons.months) <= market_end.date

),

window_days as (

    select
        closed_windows.*,
        prices.date as last_traded,
        prices.adj_close as last_price,
        benchmark.date as last_market_day,
        last_trades.date < benchmark.date as is_delisted
    from closed_windows
    inner join last_trades on closed_windows.ticker = last_trades.ticker
    asof join prices
        on
            closed_windows.ticker = prices.ticker
            and closed_windows.window_end >= prices.date
    asof join benchmark
        on closed_windows.window_end >= benchmark.date

),

-- What a delisted stock left is held in SPY: its excess return stays as it was.
window_returns as (

    select
        window_days.ticker,
        window_days.date,
        window_days.months,
        window_days.is_delisted,
        ln(window_days.last_price / entry.adj_close)
        - ln(benchmark_exit.adj_close / benchmark_entry.adj_close)
            as excess_return_ln
    from window_days
    inner join prices as entry
        on
            window_days.ticker = entry.ticker
            and window_days.date = entry.date
    inner join benchmark as benchmark_entry
        on window_days.date = benchmark_entry.date
    inner join benchmark as benchmark_exit
        on
            benchmark_exit.date = case
                when window_days.is_delisted then window_days.last_traded
                else window_days.last_market_day
            end

)

select
    sample_dates.ticker,
    sample_dates.date,
    {% for months in horizons %}
        max(window_returns.excess_return_ln)
        filter (where window_returns.months = {{ months }})
            as excess_return_ln_{{ months }}m,
    {% endfor %}
    {% for months in horizons %}
        bool_or(window_returns.is_delisted)
        filter (where window_returns.months = {{ months }})
            as delisted_in_window_{{ months }}m,
    {% endfor %}
    coalesce(bool_or(window_returns.is_delisted), false) as delisted_in_window
from sample_dates
left join window_returns
    on
        sample_dates.ticker = window_returns.ticker
        and sample_dates.date = window_returns.date
group by sample_dates.ticker, sample_dates.date
order by sample_dates.date, sample_dates.ticker
