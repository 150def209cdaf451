{% set ranked = catalogued_features() | selectattr('ranked') | map(attribute='feature') %}
-- depends_on: {{ ref('feature_catalogue') }}

with sample_dates as (

    select * from {{ ref('int_sample_dates') }}

),

ratios as (

    select * from {{ ref('int_ratios') }}

),

momentum as (

    select * from {{ ref('int_momentum') }}

),

price_signals as (

    select * from {{ ref('int_price_signals') }}

),

share_trading as (

    select * from {{ ref('int_share_trading') }}

),

valuations as (

    select * from {{ ref('int_valuations') }}

),

companies as (

    select * from {{ ref('int_companies') }}

),

joined as (

    select
        sample_dates.*,
        ratios.*,
        momentum.*,
        price_signals.*,
        share_trading.*,
        companies.sector,
        valuations.market_cap
    from sample_dates
    inner join companies on sample_dates.ticker = companies.ticker
    left join ratios
        on
            sample_dates.ticker = ratios.ticker
            and sample_dates.date = ratios.date
    left join momentum
        on
            sample_dates.ticker = momentum.ticker
            and sample_dates.date = momentum.date
    left join price_signals
        on
            sample_dates.ticker = price_signals.ticker
            and sample_dates.date = price_signals.date
    left join share_trading
        on
            sample_dates.ticker = share_trading.ticker
            and sample_dates.date = share_trading.date
    left join valuations
        on
            sample_dates.ticker = valuations.ticker
            and sample_dates.date = valuations.date

)

-- Among fewer than five, a rank says nothing.
select
    ticker,
    date,
    {% for feature in ranked %}
        case
            when
                {{ feature }} is not null
                and count({{ feature }}) over by_date >= 5
                then
                    (
                        rank() over (
                            by_date
                            order by {{ feature }} nulls last
                        ) - 1
                    ) / (count({{ feature }}) over by_date - 1)
        end as {{ feature }}_rank,
        case
            when
                sector is not null
                and {{ feature }} is not null
                and count({{ feature }}) over by_sector >= 5
                then
                    (
                        rank() over (
                            by_sector
                            order by {{ feature }} nulls last
                        ) - 1
                    ) / (count({{ feature }}) over by_sector - 1)
        end as {{ feature }}_sector_rank{% if not loop.last %},{% endif %}
    {% endfor %}
from joined
window
    by_date as (partition by date),
    by_sector as (partition by date, sector)
order by ticker, date
