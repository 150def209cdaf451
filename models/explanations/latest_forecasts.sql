{# As of an earlier day it is not known what is traded today: the list stays. #}
{% set listed = load_cached_relation(this) if execute and var('cutoff_date') %}

with contributions as (

    select * from {{ ref('ticker_shap') }}

),

companies as (

    select * from {{ ref('int_companies') }}

),

-- A model that a study trained for comparison is not explained, nor listed.
models as (

    select *
    from {{ ref('model_stats') }}
    where
        cutoff_date is null
        and len(holdout_tickers) = 0
        and model_id in (select contributions.model_id from contributions)
    qualify
        row_number() over (partition by pred_col order by trained_at desc) = 1

),

-- A model may have been kept since the market ended earlier.
market as (

    select date as market_end from {{ ref('int_market_end') }}

),

-- Every row of a forecast carries it whole.
forecasts as (

    select distinct
        contributions.model_id,
        contributions.pred_col,
        contributions.ticker,
        contributions.date,
        contributions.predicted_mean,
        contributions.predicted_std,
        contributions.predicted_return,
        contributions.predicted_return_std,
        contributions.training_date,
        models.error_quantiles
    from contributions
    inner join models on contributions.model_id = models.model_id
    cross join market
    where
        greatest(models.market_end, market.market_end) - contributions.date
        <= {{ var('forecast_max_age') }}

),

newest as (

    select *
    from forecasts
    qualify
        row_number() over (partition by pred_col, ticker order by date desc)
        = 1

)

{% if listed %}
    select * from {{ listed }}
{% else %}
    select
        newest.ticker,
        newest.pred_col,
        companies.name,
        companies.sector,
        companies.industry,
        companies.exchange,
        companies.location,
        companies.company_website,
        newest.date,
        newest.predicted_mean,
        newest.predicted_std,
        newest.predicted_return,
        newest.predicted_return_std,
        exp(newest.predicted_mean) - 1 as predicted_median_return,
        {% for bound, percent in [
            ('lower_68', 16),
            ('upper_68', 84),
            ('lower_95', 2.5),
            ('upper_95', 97.5),
        ] %}
            exp(
                {{ forecast_quantile(
                    percent,
                    mean='newest.predicted_mean',
                    std='newest.predicted_std',
                    error_quantiles='newest.error_quantiles',
                ) }}
            ) - 1 as {{ bound }},
        {% endfor %}
        rank() over (
            partition by newest.pred_col
            order by newest.predicted_mean desc
        ) as forecast_rank,
        newest.training_date,
        newest.model_id,
        {{ chance_of_beating_spy(
            'newest.predicted_mean', 'newest.predicted_std',
            'newest.error_quantiles'
        ) }} as chance_of_beating_spy
    from newest
    left join companies on newest.ticker = companies.ticker
    order by newest.pred_col, forecast_rank, newest.ticker
{% endif %}
