{% set items = [
    'revenue',
    'opinc',
    'netinc',
    'gross_profit',
    'ncfo',
    'total_assets',
    'equity',
    'shares_basic',
    'debt_non_current',
    'assets_current',
    'liabilities_current',
] %}

with newest as (

    select * from {{ ref('int_newest_periods') }}

),

versions as (

    select
        ticker,
        is_annual,
        fiscal_index,
        known_from,
        period_end,
        {{ items | join(',\n        ') }}
    from {{ ref('int_statement_versions') }}

),

splits as (

    select * from {{ ref('int_splits') }}

),

-- The newest year, the one before it, and the one three years ago.
wanted as (

    select
        *,
        unnest(
            if(
                is_annual,
                [0, 4, 12],
                [0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15]
            )
        ) as quarters_ago
    from newest

),

known as (

    select
        versions.*,
        wanted.date,
        wanted.quarters_ago
    from wanted
    asof join versions
        on
            wanted.ticker = versions.ticker
            and wanted.is_annual = versions.is_annual
            and wanted.fiscal_index - wanted.quarters_ago
            = versions.fiscal_index
            and wanted.date >= versions.known_from

)

-- Shares as if none had ever been split: comparable over time.
select
    known.ticker,
    known.date,
    known.is_annual,
    known.quarters_ago,
    {% for item in items if item != 'shares_basic' %}
        known.{{ item }},
    {% endfor %}
    known.shares_basic / coalesce(splits.shares_per_first_share, 1)
        as unsplit_shares
from known
asof left join splits
    on
        known.ticker = splits.ticker
        and known.period_end >= splits.date
