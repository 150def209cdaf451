with forecasts as (

    select
        *,
        horizon_months / 3 - 1 as overlap
    from {{ ref('backtest_forecasts') }}

),

ranked as (

    {{ ranked_by_quarter('forecasts', 'backtest_id') }}

),

ordered_quarters as (

    {{ ordered_quarters('ranked') }}

),

deciles as (

    select
        ranked.backtest_id,
        ranked.pred_col,
        ranked.horizon_months,
        ranked.overlap,
        ranked.sample_anchor,
        ranked.decile,
        count(*) as forecasts,
        avg(exp(ranked.actual) - 1 order by ranked.actual) as excess_return,
        avg(cast(ranked.actual > 0 as integer)) as share_beating_spy
    from ranked
    inner join ordered_quarters
        on
            ranked.backtest_id = ordered_quarters.backtest_id
            and ranked.sample_anchor = ordered_quarters.sample_anchor
    group by
        ranked.backtest_id,
        ranked.pred_col,
        ranked.horizon_months,
        ranked.overlap,
        ranked.sample_anchor,
        ranked.decile

),

all_stocks as (

    select
        backtest_id,
        sample_anchor,
        avg(exp(actual) - 1 order by actual) as excess_return
    from ranked
    group by backtest_id, sample_anchor

),

quarters as (

    select
        deciles.*,
        deciles.excess_return - all_stocks.excess_return as less_all
    from deciles
    inner join all_stocks
        on
            deciles.backtest_id = all_stocks.backtest_id
            and deciles.sample_anchor = all_stocks.sample_anchor

),

excess_returns as (

    {{ overlapping_mean(
        'quarters', 'backtest_id, decile', 'excess_return', 'overlap'
    ) }}

),

differences as (

    {{ overlapping_mean(
        'quarters', 'backtest_id, decile', 'less_all', 'overlap'
    ) }}

),

counted as (

    select
        backtest_id,
        pred_col,
        horizon_months,
        decile,
        sum(forecasts) as forecasts,
        avg(share_beating_spy order by sample_anchor) as share_beating_spy
    from quarters
    group by backtest_id, pred_col, horizon_months, decile

)

select
    counted.backtest_id,
    counted.pred_col,
    counted.horizon_months,
    counted.decile,
    excess_returns.quarters,
    cast(counted.forecasts as bigint) as forecasts,
    excess_returns.mean as excess_return,
    excess_returns.lower_95,
    excess_returns.upper_95,
    counted.share_beating_spy,
    differences.mean as less_all,
    differences.p as less_all_p,
    differences.lower_95 as less_all_lower_95,
    differences.upper_95 as less_all_upper_95
from counted
inner join excess_returns
    on
        counted.backtest_id = excess_returns.backtest_id
        and counted.decile = excess_returns.decile
inner join differences
    on
        counted.backtest_id = differences.backtest_id
        and counted.decile = differences.decile
order by counted.backtest_id, counted.decile
