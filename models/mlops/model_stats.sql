{% set forecasts = {'predicted': '', 'naive': 'naive_', 'ridge': 'ridge_'} %}
{% set error_stats = [
    'rmse', 'mape', 'r2', 'r2_zero', 'coverage_68', 'coverage_95'
] %}
{% set rank_stats = ['rank_ic', 'decile_spread'] %}
{% set statistics = [] %}
{% for prefix in forecasts.values() %}
    {% for name in error_stats + rank_stats %}
        {% for suffix in ['', '_t', '_p'] %}
            {% do statistics.append(prefix ~ 'test_' ~ name ~ suffix) %}
        {% endfor %}
    {% endfor %}
{% endfor %}

with models as (

    select * exclude (features, categorical_features, feature_importances)
    from {{ ref('trained_models') }}
    {% if is_incremental() %}
        where
            trained_at not in (select known.trained_at from {{ this }} as known)
            {% if lacks_declared_columns() %}
                or naive_error_quantiles is not null
            {% endif %}
    {% endif %}

),

-- What a model and its baselines forecast of its test block, one below the
-- other. A constant forecast, which the naive one is, ranks nothing.
forecasts as (

    {% for forecast, prefix in forecasts.items() %}
        select
            predictions.model_id,
            '{{ forecast }}' as forecast,
            predictions.model_id || ' {{ forecast }}' as forecast_id,
            models.horizon_months / 3 - 1 as overlap,
            predictions.ticker,
            predictions.date,
            predictions.actual,
            predictions.naive_mean,
            {% if prefix == '' %}
                predictions.predicted_mean,
                models.error_quantiles,
                predictions.predicted_std as scale
            {% else %}
                predictions.{{ forecast }}_mean as predicted_mean,
                models.{{ prefix }}error_quantiles as error_quantiles,
                1 as scale
            {% endif %}
        from {{ ref('test_predictions') }} as predictions
        inner join models
            on
                predictions.model_id = models.model_id
                and predictions.trained_at = models.trained_at
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

errors as (

    select
        model_id,
        forecast,
        sqrt({{ exact_sum('(actual - predicted_mean) ^ 2') }} / count(*))
            as rmse,
        {{ exact_sum('abs(exp(predicted_mean - actual) - 1)') }} / count(*)
            as mape,
        {% for name, benchmark in [('r2', 'naive_mean'), ('r2_zero', '0')] %}
            1
            - {{ exact_sum('(actual - predicted_mean) ^ 2') }}
            / {{ exact_sum('(actual - ' ~ benchmark ~ ') ^ 2') }} as {{ name }},
        {% endfor %}
        {% for level in [68, 95] %}
            avg(
                cast(
                    actual
                    between {{ forecast_quantile((100 - level) / 2) }}
                    and {{ forecast_quantile((100 + level) / 2) }} as integer
                )
            ) as coverage_{{ level }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from forecasts
    group by model_id, forecast

),

ranked as (

    {{ ranked_by_quarter('forecasts', 'forecast_id') }}

),

quarters as (

    select
        model_id,
        forecast,
        overlap,
        sample_anchor,
        {{ spearman() }} as rank_ic,
        {{ decile_spread() }} as decile_spread
    from ranked
    where forecast <> 'naive'
    group by model_id, forecast, overlap, sample_anchor

),

{% for statistic in rank_stats %}
    {{ statistic }}s as (

        {{ overlapping_mean(
            'quarters', 'model_id, forecast', statistic, 'overlap'
        ) }}

    ),

{% endfor %}

by_forecast as (

    select
        errors.*,
        {% for statistic in rank_stats %}
            {{ statistic }}s.mean as {{ statistic }},
            {{ statistic }}s.t as {{ statistic }}_t,
            {{ statistic }}s.p as {{ statistic }}_p
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from errors
    {% for statistic in rank_stats %}
        left join {{ statistic }}s
            on
                errors.model_id = {{ statistic }}s.model_id
                and errors.forecast = {{ statistic }}s.forecast
    {% endfor %}

)

select
    {% for column in model.columns if column not in statistics %}
        models.{{ column }},
    {% endfor %}
    {% for forecast, prefix in forecasts.items() %}
        {% for statistic in error_stats %}
            {{ forecast }}.{{ statistic }} as {{ prefix }}test_{{ statistic }},
        {% endfor %}
        {% for statistic in rank_stats if forecast != 'naive' %}
            {{ forecast }}.{{ statistic }} as {{ prefix }}test_{{ statistic }},
            {{ forecast }}.{{ statistic }}_t
                as {{ prefix }}test_{{ statistic }}_t,
            {{ forecast }}.{{ statistic }}_p
                as {{ prefix }}test_{{ statistic }}_p
            {%- if not (forecast == 'ridge' and loop.last) %},{% endif %}
        {% endfor %}
    {% endfor %}
from models
{% for forecast in forecasts %}
    left join by_forecast as {{ forecast }}
        on
            models.model_id = {{ forecast }}.model_id
            and {{ forecast }}.forecast = '{{ forecast }}'
{% endfor %}
order by models.trained_at
