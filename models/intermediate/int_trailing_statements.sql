{% set flows = [
    'revenue',
    'cost_rev',
    'gross_profit',
    'opinc',
    'ebit',
    'ebitda',
    'netinc',
    'intexp',
    'rnd',
    'sga',
    'ncfo',
    'capex',
    'free_cash_flow',
    'depamor',
    'pay_div',
] %}

with latest as (

    select
        ticker,
        date,
        fiscal_index
    from {{ ref('int_latest_statements') }}

),

versions as (

    select * from {{ ref('int_statement_versions') }}

),

lags as (

    select
        *,
        unnest(range(0, 8)) as quarters_ago
    from latest

),

known_quarters as (

    select
        lags.*,
        versions.*
    from lags
    asof join versions
        on
            lags.ticker = versions.ticker
            and lags.fiscal_index - lags.quarters_ago = versions.fiscal_index
            and lags.date >= versions.known_from

)

-- A trailing sum needs all of its four quarters.
select
    ticker,
    date,
    {% for flow in flows %}
        case
            when count({{ flow }}) filter (where quarters_ago < 4) = 4
                then cast(
                    {{ exact_sum(flow) }}
                    filter (where quarters_ago < 4) as double
                )
        end as {{ flow }}_ttm,
        case
            when count({{ flow }}) filter (where quarters_ago >= 4) = 4
                then cast(
                    {{ exact_sum(flow) }}
                    filter (where quarters_ago >= 4) as double
                )
        end as {{ flow }}_ttm_year_ago,
    {% endfor %}
    max(total_assets) filter (where quarters_ago = 4)
        as total_assets_year_ago,
    max(equity) filter (where quarters_ago = 4) as equity_year_ago,
    max(shares_basic) filter (where quarters_ago = 4)
        as shares_basic_year_ago,
    case
        when count(opinc / nullif(revenue, 0)) >= 6
            then cast(
                sqrt(
                    greatest(
                        {{ exact_sum('(opinc / nullif(revenue, 0)) ^ 2') }}
                        / count(opinc / nullif(revenue, 0))
                        - (
                            {{ exact_sum('opinc / nullif(revenue, 0)') }}
                            / count(opinc / nullif(revenue, 0))
                        ) ^ 2,
                        0
                    )
                ) as double
            )
    end as operating_margin_deviation
from known_quarters
group by ticker, date
order by ticker, date
