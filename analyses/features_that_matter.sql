-- Which ten features matter most to the newest explained model of each horizon,
-- and do CatBoost's importance and the mean absolute SHAP value agree on it?
with importances as (

    select
        *,
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
