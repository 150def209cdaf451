select
    model_id,
    ticker,
    date,
    any_value(bias) + sum(shap_value) as explained_mean,
    any_value(predicted_mean) as predicted_mean
from {{ ref('ticker_shap') }}
group by model_id, ticker, date
having
    abs(any_value(bias) + sum(shap_value) - any_value(predicted_mean)) > 1e-6
    or isnan(sum(shap_value))
    or isnan(any_value(predicted_std))
