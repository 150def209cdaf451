with forecasts as (

    select * from {{ ref('backtest_forecasts') }}

),

features as (

    select * from {{ ref('features') }}

),

ranked as (

    {{ ranked_by_quarter('forecasts', 'backtest_id') }}

),

ordered_quarters as (

    {{ ordered_quarters('ranked') }}

)

select
    ranked.backtest_id,
    ranked.pred_col,
    ranked.horizon_months,
    ranked.decile,
    count(distinct ranked.sample_anchor) as quarters,
    count(*) as forecasts,
    avg(features.beta_12m) as beta,
    avg(features.beta_12m_rank) as beta_rank,
    avg(features.volatility_12m) as volatility,
    avg(features.volatility_12m_rank) as volatility_rank,
    avg(features.market_cap_rank) as size_rank,
    avg(features.value_score) as value_score
from ranked
inner join ordered_quarters
    on
        ranked.backtest_id = ordered_quarters.backtest_id
        and ranked.sample_anchor = ordered_quarters.sample_anchor
left join features
    on
        ranked.ticker = features.ticker
        and ranked.date = features.date
group by
    ranked.backtest_id, ranked.pred_col, ranked.horizon_months, ranked.decile
order by ranked.backtest_id, ranked.decile
