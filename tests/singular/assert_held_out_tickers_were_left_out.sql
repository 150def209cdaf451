select
    forecasts.model_id,
    forecasts.seen_model_id,
    forecasts.ticker
from {{ ref('holdout_forecasts') }} as forecasts
inner join {{ ref('model_stats') }} as study
    on forecasts.model_id = study.model_id
inner join {{ ref('model_stats') }} as seen
    on forecasts.seen_model_id = seen.model_id
where
    not list_contains(study.holdout_tickers, forecasts.ticker)
    or list_contains(seen.holdout_tickers, forecasts.ticker)
    or study.cutoff_date is distinct from seen.cutoff_date
