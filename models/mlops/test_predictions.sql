with trained as (

    select * from {{ ref('trained_models') }}

),

new_models as (

    select * from trained
    {% if is_incremental() %}
        where
            trained_at not in (select known.trained_at from {{ this }} as known)
    {% endif %}

),

predictions as (

    select
        model_id,
        pred_col,
        trained_at,
        unnest(test_predictions) as prediction
    from new_models

)

select
    model_id,
    pred_col,
    trained_at,
    prediction['ticker'] as ticker,
    prediction['date'] as date,
    prediction['actual'] as actual,
    prediction['predicted_mean'] as predicted_mean,
    prediction['predicted_std'] as predicted_std,
    prediction['naive_mean'] as naive_mean,
    prediction['ridge_mean'] as ridge_mean
from predictions
order by model_id, date, ticker
