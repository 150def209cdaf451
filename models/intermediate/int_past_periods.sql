{% set flows = ['revenue', 'opinc', 'netinc', 'gross_profit', 'ncfo'] %}
{% set balances = [
    'total_assets',
    'equity',
    'debt_non_current',
    'assets_current',
    'liabilities_current',
] %}

-- The newest year, the one before it, and the one three years ago.
with periods as (

    select *
    from {{ ref('int_known_periods') }}
    where quarters_ago // 4 in (0, 1, 3)

),

versions as (

    select
        ticker,
        is_annual,
        period_end,
        known_from,
        shares_basic,
        {{ (flows + balances) | join(',\n        ') }}
    from {{ ref('int_statement_versions') }}

),

splits as (

    select * from {{ ref('int_splits') }}

)

-- Shares as if none had ever been split: comparable over time. What flowed in
-- a transition period is neither a quarter's nor a year's.
select
    periods.ticker,
    periods.date,
    periods.is_annual,
    periods.quarters_ago,
    periods.is_preferred,
    {% for item in flows %}
        if(periods.is_transition, null, versions.{{ item }}) as {{ item }},
    {% endfor %}
    {% for item in balances %}
        versions.{{ item }},
    {% endfor %}
    versions.shares_basic / coalesce(splits.shares_per_first_share, 1)
        as unsplit_shares
from periods
inner join versions
    on
        periods.ticker = versions.ticker
        and periods.is_annual = versions.is_annual
        and periods.period_end = versions.period_end
        and periods.known_from = versions.known_from
asof left join splits
    on
        periods.ticker = splits.ticker
        and periods.period_end >= splits.counted_from
