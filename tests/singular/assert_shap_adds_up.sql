-- Rows written before risk was explained have none, a forecast either whole or
-- not at all.
with forecasts as (

    select
        model_id,
        ticker,
        date,
        any_value(predicted_mean) as predicted_mean,
        any_value(bias) + sum(shap_value) as explained_mean,
        ln(any_value(predicted_std)) as log_std,
        any_value(risk_bias) + sum(risk_shap_value) as explained_log_std,
        count(*) - count(risk_shap_value) as unknown_risks,
        count(*) - count(risk_bias) as unknown_risk_biases,
        count(*) as num_rows
    from {{ ref('ticker_shap') }}
    group by model_id, ticker, date

)

select *
from forecasts
where
    not coalesce(abs(explained_mean - predicted_mean) <= 1e-6, false)
    or not isfinite(log_std)
    or unknown_risks not in (0, num_rows)
    or unknown_risk_biases <> unknown_risks
    or (
        unknown_risks = 0
        and not coalesce(abs(explained_log_std - log_std) <= 1e-6, false)
    )
