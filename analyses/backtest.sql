-- How would the forecasts of the newest backtest of each horizon have done?
select
    stats.backtest_id,
    stats.forecast_from,
    stats.forecast_to,
    round(stats.rank_ic, 3) as rank_ic,
    round(stats.rank_ic_t, 1) as rank_ic_t,
    round(stats.r2, 3) as r2,
    round(stats.coverage_95, 2) as coverage_95,
    round(stats.value_top_return, 3) as top_return,
    round(stats.value_spy_return, 3) as spy_return,
    round(stats.value_top_drawdown, 3) as top_drawdown,
    round(stats.value_spy_drawdown, 3) as spy_drawdown,
    round(stats.value_top_turnover, 2) as turnover
from {{ ref('backtest_stats') }} as stats
qualify
    row_number() over (
        partition by stats.horizon_months order by stats.backtest_id desc
    ) = 1
order by stats.horizon_months
