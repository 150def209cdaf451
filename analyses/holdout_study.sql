-- How do models forecast tickers that they never saw, against models that had
-- seen them? Per ticker and horizon, of the newest study that left it out:
-- correlation and root mean squared error of both with the outcome (log excess
-- return). The model that had seen a ticker knows most of these outcomes
-- (share_in_training): where it does much better, it remembers.
with forecasts as (

    select * from {{ ref('holdout_forecasts') }}

),

newest as (

    select
        ticker,
        pred_col,
        max_by(model_id, trained_at) as model_id
    from forecasts
    group by ticker, pred_col

)

select
    forecasts.ticker,
    forecasts.pred_col,
    count(*) as outcomes,
    avg(forecasts.in_seen_training::int) as share_in_training,
    corr(forecasts.predicted_mean, forecasts.actual) as corr_with_outcome,
    corr(forecasts.seen_predicted_mean, forecasts.actual)
        as seen_corr_with_outcome,
    sqrt(avg((forecasts.predicted_mean - forecasts.actual) ** 2)) as rmse,
    sqrt(avg((forecasts.seen_predicted_mean - forecasts.actual) ** 2))
        as seen_rmse,
    avg(forecasts.predicted_mean) as mean_forecast,
    avg(forecasts.seen_predicted_mean) as seen_mean_forecast,
    avg(forecasts.actual) as mean_outcome,
    any_value(forecasts.model_id) as model_id,
    any_value(forecasts.seen_model_id) as seen_model_id
from forecasts
inner join newest
    on
        forecasts.ticker = newest.ticker
        and forecasts.model_id = newest.model_id
where forecasts.actual is not null
group by forecasts.ticker, forecasts.pred_col
order by forecasts.ticker, forecasts.pred_col
