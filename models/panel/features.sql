-- depends_on: {{ ref('feature_catalogue') }}
{%- do require_made_features(catalogued_features()) %}

with sample_dates as (

    select * from {{ ref('int_sample_dates') }}

),

companies as (

    select * from {{ ref('int_companies') }}

),

price_signals as (

    select * from {{ ref('int_price_signals') }}

),

momentum as (

    select * from {{ ref('int_momentum') }}

),

share_trading as (

    select * from {{ ref('int_share_trading') }}

),

valuations as (

    select * from {{ ref('int_valuations') }}

),

statements as (

    select * from {{ ref('int_latest_statements') }}

),

ratios as (

    select * from {{ ref('int_ratios') }}

),

ranks as (

    select * from {{ ref('int_ranks') }}

),

factor_scores as (

    select * from {{ ref('int_factor_scores') }}

),

joined as (

    select
        sample_dates.*,
        companies.*,
        momentum.*,
        price_signals.*,
        share_trading.*,
        valuations.*,
        ratios.*,
        ranks.*,
        factor_scores.*,
        statements.*
    from sample_dates
    inner join companies on sample_dates.ticker = companies.ticker
    left join price_signals
        on
            sample_dates.ticker = price_signals.ticker
            and sample_dates.date = price_signals.date
    left join share_trading
        on
            sample_dates.ticker = share_trading.ticker
            and sample_dates.date = share_trading.date
    left join momentum
        on
            sample_dates.ticker = momentum.ticker
            and sample_dates.date = momentum.date
    left join valuations
        on
            sample_dates.ticker = valuations.ticker
            and sample_dates.date = valuations.date
    left join ratios
        on
            sample_dates.ticker = ratios.ticker
            and sample_dates.date = ratios.date
    left join ranks
        on
            sample_dates.ticker = ranks.ticker
            and sample_dates.date = ranks.date
    left join factor_scores
        on
            sample_dates.ticker = factor_scores.ticker
            and sample_dates.date = factor_scores.date
    left join statements
        on
            sample_dates.ticker = statements.ticker
            and sample_dates.date = statements.date

)

select
    ticker,
    date,
    {% for column in catalogued_features() %}
        {{ column.feature }}{% if not loop.last %},{% endif %}
    {% endfor %}
from joined
