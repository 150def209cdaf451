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
    left join valuations
        on
            sample_dates.ticker = valuations.ticker
            and sample_dates.date = valuations.date

)

select
    ticker,
    date,
    {% for ratio in ranked_ratios() %}
        case
            when {{ ratio }} is not null
                then percent_rank() over (
                    partition by date, {{ ratio }} is null
                    order by {{ ratio }}
                )
        end as {{ ratio }}_rank,
        case
            when {{ ratio }} is not null
                then percent_rank() over (
                    partition by date, sector, {{ ratio }} is null
                    order by {{ ratio }}
                )
        end as {{ ratio }}_sector_rank{% if not loop.last %},{% endif %}
    {% endfor %}
from joined
order by ticker, date
