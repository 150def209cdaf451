with stats as (

    select * from {{ ref('model_stats') }}

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

rank_ics as (

    {{ newey_west_t(
        'quarters', 'forecast_id', 'sample_anchor', 'rank_ic', 'overlap'
    ) }}

),

recomputed as (

    select
        errors.*,
        rank_ics.mean as rank_ic,
        rank_ics.t as rank_ic_t,
        avg(quarters.decile_spread) as decile_spread
    from errors
    inner join quarters
        on
            errors.model_id = quarters.model_id
            and errors.forecast = quarters.forecast
    left join rank_ics on quarters.forecast_id = rank_ics.forecast_id
    group by all

)

{% set errors = ['rmse', 'mape', 'r2'] %}
{% set coverages = ['coverage_68', 'coverage_95'] %}
{% set ranks = ['rank_ic', 'rank_ic_t', 'decile_spread'] %}
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
                abs({{ stated }} - recomputed.{{ statistic }}) > 1e-9,
                coalesce({{ stated }}, recomputed.{{ statistic }}) is not null
            )
            {% if not loop.last %}or{% endif %}
        {% endfor %}
    {% if not loop.last %}union all{% endif %}
{% endfor %}
