with company_quarters as (

    select * from {{ ref('simulated_company_quarters') }}

),

companies as (

    select * from {{ ref('simulated_companies') }}

),

listings as (

    select * from {{ ref('simulated_listings') }}

),

share_events as (

    select * from {{ ref('simulated_share_events') }}

),

quarters as (

    select
        companies.*,
        company_quarters.quarter_start,
        company_quarters.value_score,
        company_quarters.profitability_score,
        cast(
            company_quarters.quarter_start + interval '3 months'
            - interval '1 day' as date
        ) as period_end,
        quarter(company_quarters.quarter_start) as calendar_quarter,
        round(coalesce(share_events.unsplit_shares, listings.first_shares))
            as unsplit_shares,
        coalesce(share_events.unsplit_shares, listings.first_shares)
        * listings.first_price
        * exp(coalesce(share_events.price_return_ln, 0)) as market_cap,
        -- Traded shares: those of the first day times the splits since.
        coalesce(share_events.split_factor, 1) as split_factor
    from company_quarters
    inner join companies
        on company_quarters.ticker = companies.ticker
    inner join listings
        on company_quarters.ticker = listings.ticker
    left join share_events
        on
            company_quarters.ticker = share_events.ticker
            and company_quarters.quarter_start = share_events.quarter_start
    where
        company_quarters.quarter_start
        >= date_trunc('quarter', listings.start_date) - interval '15 months'

),

filed as (

    select
        *,
        year(period_end)
        + case
            when calendar_quarter > fiscal_year_end_quarter then 1 else 0
        end as fiscal_year,
        (calendar_quarter - fiscal_year_end_quarter + 3) % 4 + 1
            as fiscal_quarter,
        period_end + cast(
            case
                when calendar_quarter = fiscal_year_end_quarter
                    then annual_filing_days
                else quarterly_filing_days
            end
            + 8 * {{ simulated_uniform(
                'filing', 'ticker', 'quarter_start'
            ) }} as integer
        ) as filing_date,
        (
            1 + seasonality
            * cos(pi() / 2 * (calendar_quarter + season))
        ) / 4 as quarter_share,
        {{ simulated_normal('accruals', 'ticker', 'quarter_start') }}
            as accrual_noise,
        {{ simulated_normal('book value', 'ticker', 'quarter_start') }}
            as book_noise,
        {{ simulated_uniform('deals', 'ticker', 'quarter_start') }}
            as deal_draw
    from quarters

),

-- Book value follows market value at the ratio that the value score sets, and
-- gross profit follows assets at the one that the profitability score sets.
sizes as (

    select
        *,
        round(market_cap * exp(-0.9 + 0.55 * value_score + 0.05 * book_noise))
            as equity,
        round(
            market_cap * exp(-0.9 + 0.55 * value_score + 0.05 * book_noise)
            * (assets_to_equity - 1)
        ) as total_liabilities
    from filed

),

balances as (

    select
        *,
        equity + total_liabilities as total_assets,
        round(total_liabilities * current_liabilities_share)
            as liabilities_current,
        round(
            total_liabilities * (1 - current_liabilities_share)
            * long_term_debt_share
        ) as debt_non_current,
        round(
            total_liabilities * current_liabilities_share * current_debt_share
        ) as debt_current,
        cash_weight + receivables_weight + inventory_weight + plant_weight
        + intangibles_weight + securities_weight + 0.1 as weights
    from sizes

),

assets as (

    select
        *,
        total_liabilities - liabilities_current as liabilities_non_current,
        debt_current + debt_non_current as debt,
        round(total_assets * cash_weight / weights) as cash_and_eq,
        round(total_assets * receivables_weight / weights) as acct_rec,
        round(total_assets * inventory_weight / weights) as inventory,
        round(total_assets * plant_weight / weights) as ppeq,
        round(total_assets * intangibles_weight / weights) as intangibles,
        round(total_assets * 0.4 * securities_weight / weights)
            as investments_current,
        round(total_assets * 0.6 * securities_weight / weights)
            as investments_non_current,
        round(total_assets * 0.03 / weights) as tax_assets,
        round(liabilities_current * 0.35) as acct_pay,
        round(liabilities_current * 0.1) as deferred_rev,
        round((total_liabilities - liabilities_current) * 0.05)
            as tax_liabilities,
        case
            when takes_deposits then round(total_liabilities * 0.6) else 0
        end as deposits,
        round(
            total_assets * gross_profitability
            * exp(0.35 * profitability_score) * quarter_share
        ) as gross_profit
    from balances

),

operations as (

    select
        *,
        cash_and_eq + acct_rec + inventory + investments_current
            as assets_current,
        round(gross_profit / gross_margin) - gross_profit as cost_rev,
        round(gross_profit * (0.42 - 0.03 * operating_leverage_score)) as sga,
        case
            when reports_research then round(gross_profit * 0.14) else 0
        end as rnd,
        round(0.02 * ppeq + 0.005 * intangibles) as depamor,
        round(debt * interest_rate / 4) as intexp,
        round(0.02 * gross_profit) as sbcomp,
        round(gross_profit * 0.05 * accrual_noise) as accruals
    from assets

),

income as (

    select
        *,
        total_assets - assets_current as assets_non_current,
        gross_profit + cost_rev as revenue,
        sga + rnd + depamor as opex,
        gross_profit - sga - rnd - depamor as opinc,
        round(
            0.21 * greatest(gross_profit - sga - rnd - depamor - intexp, 0)
        ) as tax_exp
    from operations

),

profits as (

    select
        *,
        opinc - intexp as ebt,
        opinc - intexp - tax_exp as consolidated_income,
        round(minority_share * (opinc - intexp - tax_exp))
            as non_controlling_interests,
        round(preferred_share * equity * 0.05 / 4) as pref_dvds
    from income

),

cash_flows as (

    select
        *,
        consolidated_income - non_controlling_interests as netinc,
        consolidated_income - non_controlling_interests + depamor + sbcomp
        - accruals as ncfo,
        -round(1.1 * depamor) as capex,
        case when deal_draw < 0.05 then -round(0.02 * total_assets) else 0 end
            as business_acq_disposals,
        -round(0.01 * investments_non_current) as investments_acq_disposals,
        -round(quarterly_dividend_yield * market_cap) as pay_div,
        round(0.002 * total_assets * accrual_noise) as issrepay_debt,
        -round(0.3 * greatest(consolidated_income, 0)) as issrepay_equity,
        case
            when trades_abroad then round(0.0002 * revenue * book_noise) else 0
        end as ncfx
    from profits

)

select
    ticker,
    quarter_start,
    period_end,
    fiscal_year,
    fiscal_quarter,
    filing_date,
    is_financial,
    takes_deposits,
    reports_research,
    assets_to_equity,
    gross_margin,
    unsplit_shares,
    total_assets,
    assets_current,
    assets_non_current,
    cash_and_eq,
    acct_rec,
    inventory,
    ppeq,
    intangibles,
    investments_current,
    investments_non_current,
    tax_assets,
    total_liabilities,
    liabilities_current,
    liabilities_non_current,
    acct_pay,
    debt,
    debt_current,
    debt_non_current,
    deferred_rev,
    deposits,
    tax_liabilities,
    equity,
    revenue,
    cost_rev,
    gross_profit,
    opex,
    sga,
    rnd,
    opinc,
    intexp,
    ebt,
    tax_exp,
    consolidated_income,
    non_controlling_interests,
    netinc,
    pref_dvds,
    ncfo,
    depamor,
    sbcomp,
    capex,
    business_acq_disposals,
    investments_acq_disposals,
    pay_div,
    issrepay_debt,
    issrepay_equity,
    ncfx,
    unsplit_shares * split_factor as traded_shares,
    investments_current + investments_non_current as investments,
    netinc - pref_dvds as net_inc_com_stock,
    ncfo + capex as free_cash_flow,
    capex + business_acq_disposals + investments_acq_disposals as ncfi,
    pay_div + issrepay_debt + issrepay_equity as ncff,
    ncfo + capex + business_acq_disposals + investments_acq_disposals
    + pay_div + issrepay_debt + issrepay_equity + ncfx as ncf,
    round(0.6 * equity) as retained_earnings,
    round(-0.01 * equity) as accoci
from cash_flows
order by ticker, quarter_start
