{# As of an earlier day it is not known what came of them: the record stays. #}
{% set kept = load_cached_relation(this) if execute and var('cutoff_date') %}

with forecasts as (

    select
        *,
        cast(regexp_extract(pred_col, '(\d+)m$', 1) as integer)
            as horizon_months
    from {{ ref('published_forecasts') }}

),

benchmark as (

    select * from {{ ref('int_benchmark') }}

),

spy_days as (

    select
        date,
        adj_close
    from benchmark
    where price_age = 0

),

market as (

    select date as last_day from {{ ref('int_market_end') }}

),

windows as (

    select
        *,
        cast(date + to_months(horizon_months) as date) as window_end,
        row_number() over (
            partition by pred_col, ticker, date order by published_at
        ) = 1 as is_first
    from forecasts

),

-- The first day on which anybody could act on what was published.
publications as (

    select
        known.market_end,
        benchmark.date as tradable_from
    from (select distinct windows.market_end from windows) as known
    asof left join benchmark
        on known.market_end < benchmark.date

),

-- Many forecasts share a window: retrained models forecast it again.
shared_windows as (

    select distinct
        windows.ticker,
        windows.date,
        windows.window_end,
        publications.market_end,
        publications.tradable_from
    from windows
    left join publications on windows.market_end = publications.market_end

),

first_days as (

    select
        ticker,
        min(date) as date
    from shared_windows
    group by ticker

),

prices as (

    select
        prices.ticker,
        prices.date,
        prices.adj_close,
        benchmark.adj_close as spy_close
    from {{ ref('stg_daily_adjusted') }} as prices
    inner join first_days
        on
            prices.ticker = first_days.ticker
            and prices.date >= first_days.date
    inner join benchmark on prices.date = benchmark.date

),

last_trades as (

    select
        ticker,
        max(date) as date
    from prices
    group by ticker

),

-- Outcomes as labels have them: a stock that stops trading keeps its excess
-- return from its last price on, which is held in SPY.
outcomes as (

    select
        shared_windows.ticker,
        shared_windows.date,
        shared_windows.window_end,
        shared_windows.market_end,
        shared_windows.tradable_from,
        exits.date as priced_on,
        last_trades.date < spy_exit.date as has_stopped,
        spy_exit.adj_close / entries.spy_close - 1 as spy_return,
        ln(exits.adj_close / entries.adj_close)
        - ln(exits.spy_close / entries.spy_close) as actual,
        ln(exits.adj_close / begins.adj_close)
        - ln(exits.spy_close / begins.spy_close) as actual_since
    from shared_windows
    left join prices as entries
        on
            shared_windows.ticker = entries.ticker
            and shared_windows.date = entries.date
    left join last_trades on shared_windows.ticker = last_trades.ticker
    asof left join prices as exits
        on
            shared_windows.ticker = exits.ticker
            and shared_windows.window_end >= exits.date
    asof left join prices as begins
        on
            shared_windows.ticker = begins.ticker
            and shared_windows.tradable_from >= begins.date
    asof left join spy_days as spy_exit
        on shared_windows.window_end >= spy_exit.date

),

scored as (

    select
        windows.*,
        outcomes.priced_on,
        outcomes.actual,
        outcomes.spy_return,
        case
            when outcomes.actual is null then 'unknown'
            when windows.window_end > market.last_day then 'open'
            when outcomes.has_stopped then 'delisted'
            else 'closed'
        end as status,
        greatest(least(windows.window_end, market.last_day) - windows.date, 0)
        / (windows.window_end - windows.date) as elapsed_share,
        (1 + outcomes.spy_return) * exp(outcomes.actual) - 1 as stock_return,
        case
            when outcomes.tradable_from < windows.window_end
                then outcomes.tradable_from
        end as tradable_from,
        case
            when outcomes.tradable_from < windows.window_end
                then outcomes.actual_since
        end as actual_since
    from windows
    cross join market
    left join outcomes
        on
            windows.ticker = outcomes.ticker
            and windows.date = outcomes.date
            and windows.window_end = outcomes.window_end
            and windows.market_end = outcomes.market_end

)

{% if kept %}
    select * from {{ kept }}
{% else %}
    -- What a forecast is made of is listed once, by the contract.
    select
        *, -- noqa: AM04
        -- While a window is open, means grow with time, spreads with its root.
        {% for level in [68, 95] %}
            case
                when elapsed_share > 0
                    then
                        actual between
                        predicted_mean * elapsed_share
                        + sqrt(elapsed_share)
                        * (
                            ln(nullif(1 + lower_{{ level }}, 0))
                            - predicted_mean
                        )
                        and predicted_mean * elapsed_share
                        + sqrt(elapsed_share)
                        * (
                            ln(nullif(1 + upper_{{ level }}, 0))
                            - predicted_mean
                        )
            end as is_within_{{ level }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from scored
    order by published_at, pred_col, forecast_rank, ticker
{% endif %}
