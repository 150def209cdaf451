with errors as (

    select
        model_id,
        sqrt(avg((actual - predicted_mean) ^ 2)) as test_rmse
    from {{ ref('test_predictions') }}
    group by model_id

)

select
    stats.model_id,
    stats.test_rmse,
    errors.test_rmse as recomputed_rmse
from {{ ref('model_stats') }} as stats
left join errors on stats.model_id = errors.model_id
where
    abs(stats.test_rmse - errors.test_rmse) > 1e-9
    or (stats.test_rmse is null) <> (errors.test_rmse is null)
