with forecasts as (

    select * from {{ ref('backtest_forecasts') }}

),

quarters as (

    select
        *,
        {{ sample_anchor('date') }} as sample_anchor
    from forecasts

),

-- Equal values share the mean of the ranks that they take up. Less the mean of
-- all ranks, sums of their products are exact, whatever the order of the rows.
ranked as (

    select
        *,
        rank() over (by_quarter order by predicted_mean)
        + (count(*) over (by_quarter_and_forecast) - 1) / 2
        - (count(*) over (by_quarter) + 1) / 2 as forecast_rank,
        rank() over (by_quarter order by actual)
        + (count(*) over (by_quarter_and_actual) - 1) / 2
        - (count(*) over (by_quarter) + 1) / 2 as actual_rank,
        ntile(10) over (by_quarter order by predicted_mean, ticker) as decile
    from quarters
    window
        by_quarter as (partition by backtest_id, sample_anchor),
        by_quarter_and_forecast as (
            partition by backtest_id, sample_anchor, predicted_mean
        ),
        by_quarter_and_actual as (
            partition by backtest_id, sample_anchor, actual
        )

),

by_quarter as (

    select
        backtest_id,
        pred_col,
        horizon_months,
        sample_anchor,
        min(fold) as fold,
        count(*) as tickers,
        {{ deciles_differ() }} as has_deciles,
        sum(forecast_rank * actual_rank)
        / nullif(sqrt(sum(forecast_rank ^ 2) * sum(actual_rank ^ 2)), 0)
            as rank_ic,
        avg(actual) filter (where decile = 10)
        - avg(actual) filter (where decile = 1) as spread,
        avg(cast(actual > 0 as integer)) filter (where decile = 10) as hit_rate,
        avg(cast(actual between lower_68 and upper_68 as integer))
            as coverage_68,
        avg(cast(actual between lower_95 and upper_95 as integer))
            as coverage_95,
        sqrt(avg((actual - predicted_mean) ^ 2)) as rmse
    from ranked
    group by backtest_id, pred_col, horizon_months, sample_anchor

)

select
    backtest_id,
    pred_col,
    horizon_months,
    fold,
    sample_anchor,
    tickers,
    coverage_68,
    coverage_95,
    rmse,
    case when tickers >= 5 then rank_ic end as rank_ic,
    case when has_deciles then spread end as spread,
    case when has_deciles then hit_rate end as hit_rate
from by_quarter
order by backtest_id, sample_anchor
