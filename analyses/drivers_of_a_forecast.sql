-- What drives the highest and the lowest forecast of each horizon, and what its
-- risk? The five drivers that move each of them most; factor scores are opened
-- into their ratios.
with forecasts as (

    select * from {{ ref('latest_forecasts') }}
    qualify
        row_number() over (
            partition by pred_col
            order by predicted_mean, ticker
        ) in (1, count(*) over (partition by pred_col))

),

opened as (

    select * from {{ ref('score_contributions') }}

),

contributions as (

    select
        model_id,
        ticker,
        date,
        feature,
        shap_value,
        risk_shap_value,
        coalesce(feature_category, feature_value::varchar) as feature_value
    from {{ ref('ticker_shap') }}
    where feature not in (select opened.score from opened)
    union all by name
    select
        model_id,
        ticker,
        date,
        contribution as shap_value,
        risk_contribution as risk_shap_value,
        ratio || '_rank' as feature,
        ratio_rank::varchar as feature_value
    from opened

),

-- A ratio counts with its own rank as well as with its parts of a score.
drivers as (

    select
        model_id,
        ticker,
        date,
        feature,
        any_value(feature_value) as feature_value,
        sum(shap_value) as contribution,
        sum(risk_shap_value) as risk_contribution
    from contributions
    group by model_id, ticker, date, feature

)

select
    forecasts.pred_col,
    forecasts.forecast_rank,
    forecasts.ticker,
    forecasts.name,
    forecasts.date,
    forecasts.predicted_mean,
    forecasts.predicted_std,
    drivers.feature as driver,
    drivers.feature_value,
    drivers.contribution,
    drivers.risk_contribution
from forecasts
inner join drivers
    on
        forecasts.model_id = drivers.model_id
        and forecasts.ticker = drivers.ticker
        and forecasts.date = drivers.date
qualify
    row_number() over (
        partition by forecasts.pred_col, forecasts.ticker
        order by abs(drivers.contribution) desc, drivers.feature asc
    ) <= 5
order by
    forecasts.pred_col asc,
    forecasts.forecast_rank asc,
    abs(drivers.contribution) desc
