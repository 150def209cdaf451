{% do declare_features(['int_ratios', 'int_statement_changes']) %}
{# Dollar items whose ratio to assets has a name of its own. #}
{% set named = ['total_assets', 'revenue', 'gross_profit', 'netinc', 'ncfo'] %}
-- depends_on: {{ ref('statement_items') }}

with sample_dates as (

    select * from {{ ref('int_sample_dates') }}

),

latest as (

    select * from {{ ref('int_latest_statements') }}

),

changes as (

    select * from {{ ref('int_statement_changes') }}

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
        latest.*,
        changes.*,
        companies.listed_from,
        valuations.market_cap,
        valuations.enterprise_val
    from sample_dates
    inner join companies on sample_dates.ticker = companies.ticker
    left join latest
        on
            sample_dates.ticker = latest.ticker
            and sample_dates.date = latest.date
    left join changes
        on
            sample_dates.ticker = changes.ticker
            and sample_dates.date = changes.date
    left join valuations
        on
            sample_dates.ticker = valuations.ticker
            and sample_dates.date = valuations.date

)

select
    ticker,
    date,
    -- combined metrics
    {{ ratio('opinc_ttm', 'revenue_ttm - opinc_ttm') }}
        as operating_efficiency,
    {{ ratio('coalesce(rnd_ttm, 0) - capex_ttm', 'revenue_ttm') }}
        as growth_investment_intensity,
    {{ ratio('revenue_ttm', 'total_assets') }} as asset_productivity,
    -operating_margin_deviation as margin_stability,
    365 * {{ ratio(
        'acct_rec + coalesce(inventory, 0) - acct_pay', 'revenue_ttm'
    ) }} as working_capital_days,
    {{ ratio('enterprise_val', 'ebitda_ttm') }} as ev_to_ebitda,
    {{ ratio('enterprise_val', 'free_cash_flow_ttm') }} as ev_to_fcf,
    {{ ratio('enterprise_val', 'revenue_ttm') }} as ev_to_sales,
    (
        {{ cut_to_unit(ratio('equity', 'total_assets')) }}
        + {{ cut_to_unit('10 * ' ~ ratio('netinc_ttm', 'total_assets')) }}
        + {{ cut_to_unit('5 * ' ~ ratio('ncfo_ttm', 'total_assets')) }}
    ) / 3 as financial_health_score,
    -- value
    {{ ratio('equity', 'market_cap') }} as book_to_market,
    {{ ratio('netinc_ttm', 'market_cap') }} as earnings_yield,
    {{ ratio('free_cash_flow_ttm', 'market_cap') }} as free_cash_flow_yield,
    {{ ratio('revenue_ttm', 'market_cap') }} as sales_yield,
    {{ ratio('-pay_div_ttm', 'market_cap') }} as dividend_yield,
    -- profitability
    {{ ratio('gross_profit_ttm', 'total_assets') }} as gross_profitability,
    {{ ratio('netinc_ttm', 'total_assets') }} as return_on_assets,
    {{ ratio('netinc_ttm', 'equity') }} as return_on_equity,
    {{ ratio('ncfo_ttm', 'total_assets') }} as cash_flow_to_assets,
    {{ ratio('netinc_ttm', 'revenue_ttm') }} as net_margin,
    {{ ratio('gross_profit_ttm', 'revenue_ttm') }} as gross_margin_ttm,
    -- growth and investment
    {% for feature in catalogued_features()
        if feature.made_by == 'int_statement_changes' %}
        {{ feature.feature }},
    {% endfor %}
    {{ ratio('-pay_div_ttm', 'netinc_ttm') }} as payout,
    -- quality and safety
    {{ ratio('netinc_ttm - ncfo_ttm', 'total_assets') }} as accruals,
    {{ ratio('ebit_ttm', 'intexp_ttm') }} as interest_cover,
    1.2 * {{ ratio('assets_current - liabilities_current', 'total_assets') }}
    + 1.4 * {{ ratio('retained_earnings', 'total_assets') }}
    + 3.3 * {{ ratio('ebit_ttm', 'total_assets') }}
    + 0.6 * {{ ratio('market_cap', 'total_liabilities') }}
    + {{ ratio('revenue_ttm', 'total_assets') }} as altman_z,
    -- dollar items, without the size of the company
    {% for item in statement_items()
        if item.unit == 'USD' and item.column_name not in named %}
        {% set amount = item.column_name
            ~ ('_ttm' if item.measure == 'flow' else '') %}
        {{ ratio(amount, 'total_assets') }}
            as {{ item.column_name }}_to_assets,
    {% endfor %}
    -- what is known at all
    (date - listed_from) / 30.4375 as months_since_listing,
    cast(statement_age_days as double) as statement_age_days,
    cast(annual_statement_age_days as double) as annual_statement_age_days,
    cast(
        coalesce(missing_items, {{ statement_items() | length }}) as double
    ) as missing_items
from joined
