{% set ranked = catalogued_features()
    | selectattr('ranked') | map(attribute='feature') | list %}
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

),

ranked_values as (

    select
        ticker,
        date,
        sector,
        {{ ranked | join(',\n        ') }}
    from joined

),

-- One row per value: windows over each column in turn took four times as long.
single_values as (

    unpivot ranked_values
    on {{ ranked | join(', ') }}
    into name feature value value

),

-- Among fewer than five, a rank says nothing.
ranks as (

    select
        ticker,
        date,
        feature,
        case
            when count(*) over by_date >= 5
                then
                    percent_rank() over (
                        partition by feature, date
                        order by value
                    )
        end as date_rank,
        case
            when sector is not null and count(*) over by_sector >= 5
                then
                    percent_rank() over (
                        partition by feature, date, sector
                        order by value
                    )
        end as sector_rank
    from single_values
    window
        by_date as (partition by feature, date),
        by_sector as (partition by feature, date, sector)

),

by_feature as (

    select *
    from (
        pivot ranks
        on feature in ({{ "'" ~ ranked | join("', '") ~ "'" }})
        using max(date_rank) as rank, max(sector_rank) as sector_rank
        group by ticker, date
    )

)

select
    sample_dates.ticker,
    sample_dates.date,
    {% for feature in ranked %}
        by_feature.{{ feature }}_rank,
        by_feature.{{ feature }}_sector_rank{% if not loop.last %},{% endif %}
    {% endfor %}
from sample_dates
left join by_feature
    on
        sample_dates.ticker = by_feature.ticker
        and sample_dates.date = by_feature.date
order by sample_dates.ticker, sample_dates.date
