-- RMSE and R² follow from the stored forecasts and outcomes.
with recomputed as (

    select
        predictions.model_id,
        sqrt(avg((predictions.actual - predictions.predicted_mean) ^ 2))
            as test_rmse,
        1 - sum((predictions.actual - predictions.predicted_mean) ^ 2)
        / sum((predictions.actual - stats.train_mean) ^ 2) as test_r2
    from {{ ref('test_predictions') }} as predictions
    inner join {{ ref('model_stats') }} as stats
        on predictions.model_id = stats.model_id
    group by predictions.model_id

)

select stats.model_id
from {{ ref('model_stats') }} as stats
left join recomputed on stats.model_id = recomputed.model_id
where
    coalesce(abs(stats.test_rmse - recomputed.test_rmse) > 1e-9, true)
    or coalesce(abs(stats.test_r2 - recomputed.test_r2) > 1e-9, true)
