-- RMSE, R² and coverage follow from the stored forecasts and outcomes.
with errors as (

    select
        predictions.model_id,
        stats.z_68,
        stats.z_95,
        predictions.actual - predictions.predicted_mean as error,
        predictions.actual - predictions.naive_mean as naive_error,
        predictions.actual - predictions.ridge_mean as ridge_error,
        abs(predictions.actual - predictions.predicted_mean)
        / predictions.predicted_std as standardised_error
    from {{ ref('test_predictions') }} as predictions
    inner join {{ ref('model_stats') }} as stats
        on predictions.model_id = stats.model_id

),

recomputed as (

    select
        model_id,
        sqrt(avg(error ^ 2)) as test_rmse,
        sqrt(avg(naive_error ^ 2)) as naive_test_rmse,
        sqrt(avg(ridge_error ^ 2)) as ridge_test_rmse,
        1 - sum(error ^ 2) / sum(naive_error ^ 2) as test_r2,
        1 - sum(ridge_error ^ 2) / sum(naive_error ^ 2) as ridge_test_r2,
        avg(cast(standardised_error <= z_68 as integer)) as test_coverage_68,
        avg(cast(standardised_error <= z_95 as integer)) as test_coverage_95
    from errors
    group by model_id

)

select stats.model_id
from {{ ref('model_stats') }} as stats
left join recomputed on stats.model_id = recomputed.model_id
where
    {% for statistic in [
        'test_rmse',
        'naive_test_rmse',
        'ridge_test_rmse',
        'test_r2',
        'ridge_test_r2',
        'test_coverage_68',
        'test_coverage_95',
    ] %}
        coalesce(
            abs(stats.{{ statistic }} - recomputed.{{ statistic }}) > 1e-9, true
        )
        {% if not loop.last %}or{% endif %}
    {% endfor %}
