-- Every ticker that both models explained is compared, and the parts of the
-- difference add up to it.
with changes as (

    select
        ticker,
        pred_col,
        any_value(predicted_mean) as predicted_mean,
        any_value(earlier_predicted_mean) as earlier_predicted_mean,
        any_value(earlier_model_id) as earlier_model_id,
        sum(difference) as difference
    from {{ ref('forecast_changes') }}
    group by ticker, pred_col

),

listed as (

    select * from {{ ref('latest_forecasts') }}

),

compared as (

    select distinct
        pred_col,
        earlier_model_id
    from changes

),

explained as (

    select distinct
        compared.pred_col,
        contributions.ticker
    from {{ ref('ticker_shap') }} as contributions
    inner join compared on contributions.model_id = compared.earlier_model_id

)

select
    explained.*,
    listed.predicted_mean,
    changes.predicted_mean as compared_mean,
    changes.earlier_predicted_mean,
    changes.difference
from explained
inner join listed
    on
        explained.pred_col = listed.pred_col
        and explained.ticker = listed.ticker
left join changes
    on
        explained.pred_col = changes.pred_col
        and explained.ticker = changes.ticker
where
    changes.predicted_mean is distinct from listed.predicted_mean
    or not coalesce(
        abs(
            changes.difference
            - (changes.predicted_mean - changes.earlier_predicted_mean)
        ) <= 1e-6,
        false
    )
