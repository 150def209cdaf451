-- What drives the highest and the lowest forecast of each horizon? The five
-- features that move each of them most, with the feature's value.
with forecasts as (

    select * from {{ ref('latest_forecasts') }}
    qualify
        row_number() over (
            partition by pred_col
            order by predicted_mean, ticker
        ) in (1, count(*) over (partition by pred_col))

),

contributions as (

    select * from {{ ref('ticker_shap') }}

)

select
    forecasts.pred_col,
    forecasts.forecast_rank,
    forecasts.ticker,
    forecasts.name,
    forecasts.date,
    forecasts.predicted_mean,
    contributions.bias,
    contributions.feature,
    contributions.shap_value,
    coalesce(
        contributions.feature_category,
        contributions.feature_value::varchar
    ) as feature_value
from forecasts
inner join contributions
    on
        forecasts.model_id = contributions.model_id
        and forecasts.ticker = contributions.ticker
        and forecasts.date = contributions.date
qualify
    row_number() over (
        partition by forecasts.pred_col, forecasts.ticker
        order by
            abs(contributions.shap_value) desc,
            contributions.feature asc
    ) <= 5
order by
    forecasts.pred_col asc,
    forecasts.forecast_rank asc,
    abs(contributions.shap_value) desc
