with forecasts as (

    select * from {{ ref('unseen_forecasts') }}

),

-- Those whose windows have closed, once for each of the two models.
known as (

    {% for forecaster, forecast in {
        'unseen': 'predicted_mean',
        'seen': 'seen_predicted_mean as predicted_mean',
    }.items() %}
        select
            pred_col,
            horizon_months,
            '{{ forecaster }}' as forecaster,
            ticker,
            date,
            {{ forecast }},
            actual
        from forecasts
        where actual is not null
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

ranked as (

    {{ ranked_by_quarter('known', 'pred_col, forecaster') }}

),

quarters as (

    select
        pred_col,
        forecaster,
        horizon_months / 3 - 1 as overlap,
        {{ spearman() }} as rank_ic,
        {{ decile_spread() }} as spread
    from ranked
    group by pred_col, forecaster, horizon_months, sample_anchor

),

{% for statistic in ['rank_ic', 'spread'] %}
    {{ statistic }}s as (

        {{ overlapping_mean(
            'quarters', 'pred_col, forecaster', statistic, 'overlap'
        ) }}

    ),

{% endfor %}

errors as (

    select
        pred_col,
        horizon_months,
        forecaster,
        count(*) as forecasts,
        count(distinct ticker) as tickers,
        min(date) as forecast_from,
        max(date) as forecast_to,
        sqrt(avg((actual - predicted_mean) ^ 2)) as rmse,
        1 - sum((actual - predicted_mean) ^ 2)
        / nullif(sum(actual ^ 2), 0) as r2_zero
    from known
    group by pred_col, horizon_months, forecaster

)

select
    errors.pred_col,
    errors.horizon_months,
    errors.forecaster,
    errors.forecasts,
    errors.tickers,
    errors.forecast_from,
    errors.forecast_to,
    rank_ics.quarters,
    rank_ics.mean as rank_ic,
    rank_ics.t as rank_ic_t,
    rank_ics.p as rank_ic_p,
    spreads.mean as spread,
    spreads.p as spread_p,
    spreads.lower_95 as spread_lower_95,
    spreads.upper_95 as spread_upper_95,
    errors.rmse,
    errors.r2_zero,
    if(rank_ics.lower_95 < -1, -1, rank_ics.lower_95) as rank_ic_lower_95,
    if(rank_ics.upper_95 > 1, 1, rank_ics.upper_95) as rank_ic_upper_95
from errors
inner join rank_ics
    on
        errors.pred_col = rank_ics.pred_col
        and errors.forecaster = rank_ics.forecaster
inner join spreads
    on
        errors.pred_col = spreads.pred_col
        and errors.forecaster = spreads.forecaster
order by errors.horizon_months, errors.forecaster
