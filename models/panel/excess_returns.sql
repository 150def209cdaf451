{% set horizons = [6] + declared_horizons() %}

with sample_dates as (

    select * from {{ ref('int_sample_dates') }}

),

prices as not materialized (

    select * from {{ ref('stg_daily_adjusted') }}

),

benchmark as (

    select * from {{ ref('int_benchmark') }}

),

price_histories as (

    select * from {{ ref('int_price_histories') }}

),

market_end as (

    select date from {{ ref('int_market_end') }}

),

spy_days as (

    select date
    from benchmark
    where price_age = 0

),

horizons as (

    select unnest({{ horizons }}) as months

),

entries as (

    select
        sample_dates.ticker,
        sample_dates.date,
        prices.adj_close as entry_price
    from sample_dates
    inner join prices
        on
            sample_dates.ticker = prices.ticker
            and sample_dates.date = prices.date

),

-- No label before the market's data reach the end of its window.
closed_windows as (

    select
        entries.ticker,
        entries.date,
        entries.entry_price,
        horizons.months,
        cast(entries.date + to_months(horizons.months) as date)
            as window_end
    from entries
    cross join horizons
    cross join market_end
    where
        entries.date + to_months(horizons.months) <= market_end.date

),

-- From a stock's last trading day in the window on, what it left is held in
-- SPY, which keeps its excess return as it was. So it is for a halt as well:
-- by the window's end nobody could tell it from a delisting, and nothing later
-- may reach a label. Only the flag knows whether the stock ever traded again.
exits as (

    select
        closed_windows.ticker,
        closed_windows.date,
        closed_windows.months,
        closed_windows.entry_price,
        prices.date as exit_date,
        prices.adj_close as exit_price,
        price_histories.last_date < spy_days.date as is_delisted
    from closed_windows
    inner join price_histories
        on closed_windows.ticker = price_histories.ticker
    asof join prices
        on
            closed_windows.ticker = prices.ticker
            and closed_windows.window_end >= prices.date
    asof join spy_days
        on closed_windows.window_end >= spy_days.date

),

window_returns as (

    select
        exits.ticker,
        exits.date,
        exits.months,
        exits.is_delisted,
        ln(exits.exit_price / exits.entry_price)
        - ln(benchmark_exit.adj_close / benchmark_entry.adj_close)
            as excess_return_ln
    from exits
    inner join benchmark as benchmark_entry
        on exits.date = benchmark_entry.date
    inner join benchmark as benchmark_exit
        on exits.exit_date = benchmark_exit.date
    where
        benchmark_entry.adj_close is not null
        and benchmark_exit.adj_close is not null

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
