-- Which ten features matter most to the forecasts of the newest explained model
-- of each horizon, how much to its risk, and where does CatBoost's importance,
-- which counts both together, rank them?
with importances as (

    select
        *,
        rank() over (partition by model_id order by mean_abs_risk_shap desc)
            as risk_rank,
        rank() over (partition by model_id order by importance desc)
            as importance_rank
    from {{ ref('feature_importance') }}
    where mean_abs_shap is not null

),

catalogue as (

    select * from {{ ref('feature_catalogue') }}

),

newest as (

    select
        pred_col,
        max_by(model_id, trained_at) as model_id
    from importances
    group by pred_col

)

select
    importances.pred_col,
    importances.feature,
    catalogue.family,
    importances.mean_abs_shap,
    importances.mean_abs_risk_shap,
    importances.risk_rank,
    importances.importance,
    importances.importance_rank
from importances
inner join newest on importances.model_id = newest.model_id
inner join catalogue on importances.feature = catalogue.feature
qualify
    row_number() over (
        partition by importances.pred_col
        order by importances.mean_abs_shap desc, importances.feature asc
    ) <= 10
order by importances.pred_col asc, importances.mean_abs_shap desc
