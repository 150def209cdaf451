with latest as (

    select * from {{ ref('int_latest_statements') }}

),

trailing_sums as (

    select * from {{ ref('int_trailing_statements') }}

),

sample_dates as (

    select * from {{ ref('int_sample_dates') }}

),

valuations as (

    select * from {{ ref('int_valuations') }}

),

joined as (

    select
        sample_dates.*,
        latest.*,
        trailing_sums.*,
        valuations.market_cap,
        valuations.enterprise_val
    from sample_dates
    left join latest
        on
            sample_dates.ticker = latest.ticker
            and sample_dates.date = latest.date
    left join trailing_sums
        on
            sample_dates.ticker = trailing_sums.ticker
            and sample_dates.date = trailing_sums.date
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
        greatest(0, least(1, {{ ratio('equity', 'total_assets') }}))
        + greatest(0, least(1, 10 * {{ ratio(
            'netinc_ttm', 'total_assets'
        ) }}))
        + greatest(0, least(1, 5 * {{ ratio('ncfo_ttm', 'total_assets') }}))
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
    -- growth
    {{ ratio('revenue_ttm', 'revenue_ttm_year_ago') }} - 1 as revenue_growth,
    {{ ratio('netinc_ttm', 'netinc_ttm_year_ago') }} - 1 as earnings_growth,
    {{ ratio('total_assets', 'total_assets_year_ago') }} - 1 as asset_growth,
    {{ ratio('equity', 'equity_year_ago') }} - 1 as equity_growth,
    {{ ratio('shares_basic', 'shares_basic_year_ago') }} - 1 as share_growth,
    -- quality and safety
    {{ ratio('netinc_ttm - ncfo_ttm', 'total_assets') }} as accruals,
    {{ ratio('debt', 'total_assets') }} as debt_to_assets,
    {{ ratio('cash_and_eq', 'total_assets') }} as cash_to_assets,
    {{ ratio('intangibles', 'total_assets') }} as intangibles_to_assets,
    {{ ratio('-capex_ttm', 'total_assets') }} as capex_to_assets,
    date - period_end as statement_age_days
from joined
order by ticker, date
