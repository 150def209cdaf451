-- Models from before R² against zero was recorded have a t by another rule.
with stats as (

    select * from {{ ref('model_stats') }}
    where test_r2_zero is not null

),

predictions as (

    {% for forecast in ['predicted', 'naive', 'ridge'] %}
        select
            model_id,
            ticker,
            date,
            actual,
            naive_mean,
            predicted_std,
            '{{ forecast }}' as forecast,
            {{ forecast }}_mean as predicted_mean
        from {{ ref('test_predictions') }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

errors as (

    select
        predictions.model_id,
        predictions.forecast,
        sqrt(avg((predictions.actual - predictions.predicted_mean) ^ 2))
            as rmse,
        avg(abs(exp(predictions.predicted_mean - predictions.actual) - 1))
            as mape,
        1
        - sum((predictions.actual - predictions.predicted_mean) ^ 2)
        / sum((predictions.actual - predictions.naive_mean) ^ 2) as r2,
        1
        - sum((predictions.actual - predictions.predicted_mean) ^ 2)
        / sum(predictions.actual ^ 2) as r2_zero,
        {% for level, lower, upper in [(68, 32, 168), (95, 5, 195)] %}
            avg(
                cast(
                    (predictions.actual - predictions.predicted_mean)
                    / predictions.predicted_std
                    between stats.error_quantiles[{{ lower }}]
                    and stats.error_quantiles[{{ upper }}]
                    as integer
                )
            ) as coverage_{{ level }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from predictions
    inner join stats on predictions.model_id = stats.model_id
    group by predictions.model_id, predictions.forecast

),

keyed as (

    select
        *,
        model_id || ' ' || forecast as forecast_id
    from predictions

),

ranked as (

    {{ ranked_by_quarter('keyed', 'forecast_id') }}

),

quarters as (

    select
        ranked.forecast_id,
        ranked.model_id,
        ranked.forecast,
        ranked.sample_anchor,
        stats.horizon_months / 3 - 1 as overlap,
        {{ spearman() }} as rank_ic,
        {{ decile_spread() }} as decile_spread
    from ranked
    inner join stats on ranked.model_id = stats.model_id
    group by
        ranked.forecast_id,
        ranked.model_id,
        ranked.forecast,
        ranked.sample_anchor,
        stats.horizon_months

),

{% for statistic in ['rank_ic', 'decile_spread'] %}
    {{ statistic }}s as (

        {{ overlapping_mean(
            'quarters', 'forecast_id', statistic, 'overlap'
        ) }}

    ),

{% endfor %}

recomputed as (

    select
        errors.*,
        rank_ics.mean as rank_ic,
        rank_ics.t as rank_ic_t,
        rank_ics.p as rank_ic_p,
        decile_spreads.mean as decile_spread,
        decile_spreads.t as decile_spread_t,
        decile_spreads.p as decile_spread_p
    from errors
    inner join rank_ics
        on errors.model_id || ' ' || errors.forecast = rank_ics.forecast_id
    inner join decile_spreads
        on rank_ics.forecast_id = decile_spreads.forecast_id

)

-- P-values are interpolated here, and exact there.
{% set errors = ['rmse', 'mape', 'r2', 'r2_zero'] %}
{% set coverages = ['coverage_68', 'coverage_95'] %}
{% set ranks = [
    'rank_ic',
    'rank_ic_t',
    'rank_ic_p',
    'decile_spread',
    'decile_spread_t',
    'decile_spread_p',
] %}
{% for forecast, prefix, statistics in [
    ('predicted', '', errors + coverages + ranks),
    ('naive', 'naive_', errors),
    ('ridge', 'ridge_', errors + ranks),
] %}
    select
        stats.model_id,
        recomputed.forecast
    from stats
    left join recomputed
        on
            stats.model_id = recomputed.model_id
            and recomputed.forecast = '{{ forecast }}'
    where
        {% for statistic in statistics %}
            {% set stated = 'stats.' ~ prefix ~ 'test_' ~ statistic %}
            coalesce(
                abs({{ stated }} - recomputed.{{ statistic }})
                > {{ '0.01' if statistic.endswith('_p') else '1e-9' }},
                coalesce({{ stated }}, recomputed.{{ statistic }}) is not null
            )
            {% if not loop.last %}or{% endif %}
        {% endfor %}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
