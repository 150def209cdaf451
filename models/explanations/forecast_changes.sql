{% set sides = {'earlier_': 'was_earlier', '': 'not was_earlier'} %}
-- depends_on: {{ ref('feature_catalogue') }}

with contributions as (

    select * from {{ ref('ticker_shap') }}

),

scores as (

    select * from {{ ref('score_contributions') }}

),

listed as (

    select * from {{ ref('latest_forecasts') }}

),

explained as (

    select
        model_id,
        pred_col,
        trained_at,
        training_date
    from {{ ref('model_stats') }}
    where
        cutoff_date is null
        and len(holdout_tickers) = 0
        and model_id in (select contributions.model_id from contributions)

),

-- The listed model of each horizon, and the one trained before it.
trainings as (

    select
        newest.pred_col,
        newest.model_id,
        newest.training_date,
        earlier.model_id as earlier_model_id,
        earlier.training_date as earlier_training_date
    from explained as newest
    asof inner join explained as earlier
        on
            newest.pred_col = earlier.pred_col
            and newest.trained_at > earlier.trained_at
    where newest.model_id in (select listed.model_id from listed)

),

earlier_forecasts as (

    select
        model_id,
        ticker,
        max(date) as date,
        arg_max(predicted_mean, date) as predicted_mean
    from contributions
    where
        model_id in (select trainings.earlier_model_id from trainings)
    group by model_id, ticker

),

pairs as (

    select
        trainings.*,
        listed.ticker,
        listed.date,
        listed.predicted_mean,
        earlier_forecasts.date as earlier_date,
        earlier_forecasts.predicted_mean as earlier_predicted_mean
    from listed
    inner join trainings on listed.model_id = trainings.model_id
    inner join earlier_forecasts
        on
            trainings.earlier_model_id = earlier_forecasts.model_id
            and listed.ticker = earlier_forecasts.ticker

),

forecasts as (

    select
        pred_col,
        ticker,
        model_id,
        date,
        false as was_earlier
    from pairs

    union all

    select
        pred_col,
        ticker,
        earlier_model_id as model_id,
        earlier_date as date,
        true as was_earlier
    from pairs

),

-- A ratio, its rank and what it adds to a score are one driver.
drivers as (

    select
        unnest([
            {% for feature in catalogued_features() if feature.ranked %}
                {
                    'feature': '{{ feature.feature }}_rank',
                    'driver': '{{ feature.feature }}'
                }{% if not loop.last %},{% endif %}
            {% endfor %}
        ], max_depth := 2)

),

opened as (

    select
        forecasts.pred_col,
        forecasts.ticker,
        forecasts.was_earlier,
        scores.score,
        scores.ratio as driver,
        scores.ratio_rank,
        scores.contribution
    from forecasts
    inner join scores
        on
            forecasts.model_id = scores.model_id
            and forecasts.ticker = scores.ticker
            and forecasts.date = scores.date

),

features as (

    select
        forecasts.pred_col,
        forecasts.ticker,
        forecasts.was_earlier,
        contributions.feature,
        contributions.bias,
        contributions.shap_value as contribution,
        coalesce(drivers.driver, contributions.feature) as driver,
        case
            when drivers.driver is not null then contributions.feature_value
        end as ratio_rank
    from forecasts
    inner join contributions
        on
            forecasts.model_id = contributions.model_id
            and forecasts.ticker = contributions.ticker
            and forecasts.date = contributions.date
    left join drivers on contributions.feature = drivers.feature

),

biases as (

    select distinct
        pred_col,
        ticker,
        was_earlier,
        bias
    from features

),

parts as (

    select
        pred_col,
        ticker,
        was_earlier,
        driver,
        ratio_rank,
        contribution
    from features
    where
        (pred_col, ticker, was_earlier, feature) not in (
            select
                (
                    opened.pred_col,
                    opened.ticker,
                    opened.was_earlier,
                    opened.score
                )
            from opened
        )

    union all

    select
        pred_col,
        ticker,
        was_earlier,
        driver,
        ratio_rank,
        contribution
    from opened

    union all

    select
        pred_col,
        ticker,
        was_earlier,
        'bias' as driver,
        null as ratio_rank,
        bias as contribution
    from biases

),

summed as (

    select
        pred_col,
        ticker,
        driver,
        {% for prefix, side in sides.items() %}
            max(ratio_rank) filter (where {{ side }}) as {{ prefix }}ratio_rank,
            coalesce(
                {{ exact_sum('if(' ~ side ~ ', contribution, 0)') }}, 0
            ) as {{ prefix }}contribution
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from parts
    group by pred_col, ticker, driver

)

select
    pairs.ticker,
    pairs.pred_col,
    summed.driver,
    pairs.model_id,
    pairs.training_date,
    pairs.date,
    pairs.predicted_mean,
    pairs.earlier_model_id,
    pairs.earlier_training_date,
    pairs.earlier_date,
    pairs.earlier_predicted_mean,
    summed.contribution,
    summed.earlier_contribution,
    summed.ratio_rank,
    summed.earlier_ratio_rank,
    summed.contribution - summed.earlier_contribution as difference
from summed
inner join pairs
    on
        summed.pred_col = pairs.pred_col
        and summed.ticker = pairs.ticker
-- The bias stays, so that no comparison is missing where nothing changed.
where
    summed.driver = 'bias'
    or summed.contribution <> summed.earlier_contribution
order by pairs.pred_col, pairs.ticker, summed.driver
