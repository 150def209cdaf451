-- depends_on: {{ ref('feature_catalogue') }}
{% set numbers = [] %}
{% for feature in catalogued_features()
    if feature.in_model and feature.unit in ('0 to 1', '-0.5 to 0.5') %}
    {% do numbers.append(feature.feature) %}
{% endfor %}

with forecasts as (

    select
        *,
        {{ sample_anchor('date') }} as sample_anchor
    from {{ ref('backtest_forecasts') }}

),

features as (

    select * from {{ ref('features') }}

),

ranked as (

    select
        backtest_id,
        pred_col,
        horizon_months,
        fold,
        fold_from,
        ticker,
        date,
        percent_rank() over (
            partition by backtest_id, sample_anchor order by predicted_mean
        ) as mean_rank,
        percent_rank() over (
            partition by backtest_id, sample_anchor order by predicted_std
        ) as std_rank
    from forecasts

),

correlated as (

    select
        ranked.backtest_id,
        ranked.pred_col,
        ranked.horizon_months,
        ranked.fold,
        ranked.fold_from,
        unnest([
            {% for feature in numbers %}
                {
                    'feature': '{{ feature }}',
                    'forecast_correlation':
                    corr(features.{{ feature }}, ranked.mean_rank),
                    'risk_correlation':
                    corr(features.{{ feature }}, ranked.std_rank)
                }{% if not loop.last %},{% endif %}
            {% endfor %}
        ], max_depth := 2)
    from ranked
    inner join features
        on
            ranked.ticker = features.ticker
            and ranked.date = features.date
    group by
        ranked.backtest_id,
        ranked.pred_col,
        ranked.horizon_months,
        ranked.fold,
        ranked.fold_from

)

-- Sums of doubles depend on the order of the rows in the last digits.
select
    backtest_id,
    pred_col,
    horizon_months,
    fold,
    fold_from,
    feature,
    case
        when isfinite(forecast_correlation)
            then round(forecast_correlation, 9)
    end as forecast_correlation,
    case
        when isfinite(risk_correlation) then round(risk_correlation, 9)
    end as risk_correlation
from correlated
order by backtest_id, fold, feature
