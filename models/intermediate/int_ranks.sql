{% set catalogued = catalogued_features() | selectattr('ranked') | list %}
{% set ranked = catalogued | map(attribute='feature') | list %}
{% set batches = ranked | batch(8) | list %}
{% set groups = {
    'date': 'feature_number, date_number',
    'sector': 'feature_number, date_number, sector_number',
} %}
{% do require_made_features(catalogued) %}
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

-- Small numbers are cheaper keys of a window than names and dates.
numbered as (

    select
        ticker,
        date,
        sector is not null as has_sector,
        cast(row_number() over () as integer) as row_number,
        cast(dense_rank() over (order by date) as smallint) as date_number,
        cast(dense_rank() over (order by sector) as smallint) as sector_number,
        {{ ranked | join(',\n        ') }}
    from joined

),

-- One row per value: windows over each column in turn took four times as long.
-- Eight columns at a time: the windows over all do not fit in memory.
{% for batch in batches %}
    single_values_{{ loop.index }} as (

        {% for feature in batch %}
            select
                row_number,
                date_number,
                sector_number,
                has_sector,
                cast({{ loop.index }} as utinyint) as feature_number,
                {{ feature }} as value
            from numbered
            where {{ feature }} is not null
            {% if not loop.last %}union all{% endif %}
        {% endfor %}

    ),

    placed_{{ loop.index }} as (

        select
            row_number,
            feature_number,
            has_sector,
            {% for group in groups %}
                count(*) over by_{{ group }} as {{ group }}_count,
                rank() over {{ group }}_order as {{ group }}_place,
                count(*) over {{ group }}_ties as {{ group }}_tie_count
                {%- if not loop.last %},{% endif %}
            {% endfor %}
        from single_values_{{ loop.index }}
        window
            {% for group, keys in groups.items() %}
                by_{{ group }} as (partition by {{ keys }}),
                {{ group }}_order as (partition by {{ keys }} order by value),
                {{ group }}_ties as (
                    partition by {{ keys }}
                    order by value
                    range between current row and current row
                ){% if not loop.last %},{% endif %}
            {% endfor %}

    ),

    -- Ties share the middle of their places: the mean rank is a half. Among
    -- fewer than five, a rank says nothing.
    ranks_{{ loop.index }} as (

        select
            row_number,
            feature_number,
            case
                when date_count >= 5
                    then
                        (date_place - 1 + (date_tie_count - 1) / 2)
                        / (date_count - 1)
            end as date_rank,
            case
                when has_sector and sector_count >= 5
                    then
                        (sector_place - 1 + (sector_tie_count - 1) / 2)
                        / (sector_count - 1)
            end as sector_rank
        from placed_{{ loop.index }}

    ),

    by_row_{{ loop.index }} as (

        select
            row_number,
            {% for feature in batch %}
                max(if(feature_number = {{ loop.index }}, date_rank, null))
                    as {{ feature }}_rank,
                max(if(feature_number = {{ loop.index }}, sector_rank, null))
                    as {{ feature }}_sector_rank
                {%- if not loop.last %},{% endif %}
            {% endfor %}
        from ranks_{{ loop.index }}
        group by row_number

    ){% if not loop.last %},{% endif %}

{% endfor %}

select
    numbered.ticker,
    numbered.date,
    {% for feature in ranked %}
        {{ feature }}_rank,
        {{ feature }}_sector_rank{% if not loop.last %},{% endif %}
    {% endfor %}
from numbered
{% for _ in batches %}
    left join by_row_{{ loop.index }}
        on numbered.row_number = by_row_{{ loop.index }}.row_number
{% endfor %}
