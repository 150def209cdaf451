with trained as (

    select
        model_id,
        pred_col,
        trained_at,
        unnest(features) as feature,
        unnest(feature_importances) as importance
    from {{ ref('trained_models') }}

),

contributions as (

    select
        model_id,
        feature,
        {{ exact_sum('abs(shap_value)') }} / count(*) as mean_abs_shap,
        {{ exact_sum('abs(risk_shap_value)') }} / count(risk_shap_value)
            as mean_abs_risk_shap
    from {{ ref('ticker_shap') }}
    group by model_id, feature

)

select
    trained.model_id,
    trained.pred_col,
    trained.feature,
    trained.importance,
    contributions.mean_abs_shap,
    contributions.mean_abs_risk_shap,
    trained.trained_at
from trained
left join contributions
    on
        trained.model_id = contributions.model_id
        and trained.feature = contributions.feature
order by trained.model_id asc, trained.importance desc, trained.feature asc
