with forecasts as (

    select * from {{ ref('backtest_forecasts') }}

),

ranked as (

    {{ ranked_by_quarter('forecasts', 'backtest_id') }}

),

ridge_forecasts as (

    select * replace (ridge_mean as predicted_mean) from forecasts

),

ridge_ranked as (

    {{ ranked_by_quarter('ridge_forecasts', 'backtest_id') }}

),

ridge as (

    select
        backtest_id,
        sample_anchor,
        {{ spearman() }} as ridge_rank_ic
    from ridge_ranked
    group by backtest_id, sample_anchor

),

quarters as (

    select
        backtest_id,
        pred_col,
        horizon_months,
        min(fold) as fold,
        sample_anchor,
        count(*) as tickers,
        avg(cast(actual between lower_68 and upper_68 as integer))
            as coverage_68,
        avg(cast(actual between lower_95 and upper_95 as integer))
            as coverage_95,
        sqrt(avg((actual - predicted_mean) ^ 2)) as rmse,
        {{ spearman() }} as rank_ic,
        {{ decile_spread() }} as spread,
        {{ decile_spread('exp(actual) - 1') }} as spread_return,
        case
            when {{ deciles_differ() }}
                then avg(cast(actual > 0 as integer)) filter (where decile = 10)
        end as hit_rate
    from ranked
    group by backtest_id, pred_col, horizon_months, sample_anchor

)

select
    quarters.*,
    ridge.ridge_rank_ic
from quarters
inner join ridge
    on
        quarters.backtest_id = ridge.backtest_id
        and quarters.sample_anchor = ridge.sample_anchor
order by quarters.backtest_id, quarters.sample_anchor
