{% set flows = [
    'consolidated_income', 'cost_rev', 'ebt', 'gross_profit', 'intexp',
    'net_inc_com_stock', 'netinc', 'non_controlling_interests', 'opex',
    'opinc', 'pref_dvds', 'revenue', 'rnd', 'sga', 'tax_exp',
    'business_acq_disposals', 'capex', 'depamor', 'free_cash_flow',
    'investments_acq_disposals', 'issrepay_debt', 'issrepay_equity', 'ncf',
    'ncff', 'ncfi', 'ncfo', 'ncfx', 'pay_div', 'sbcomp',
] %}
{% set codes = {
    'balanceSheet': [
        'accoci', 'acctPay', 'acctRec', 'assetsCurrent', 'assetsNonCurrent',
        'cashAndEq', 'debt', 'debtCurrent', 'debtNonCurrent', 'deferredRev',
        'deposits', 'equity', 'intangibles', 'inventory', 'investments',
        'investmentsCurrent', 'investmentsNonCurrent', 'liabilitiesCurrent',
        'liabilitiesNonCurrent', 'ppeq', 'retainedEarnings', 'sharesBasic',
        'taxAssets', 'taxLiabilities', 'totalAssets', 'totalLiabilities',
    ],
    'incomeStatement': [
        'consolidatedIncome', 'costRev', 'ebit', 'ebitda', 'ebt', 'eps',
        'epsDil', 'grossProfit', 'intexp', 'netIncComStock', 'netIncDiscOps',
        'netinc', 'nonControllingInterests', 'opex', 'opinc', 'prefDVDs',
        'revenue', 'rnd', 'sga', 'shareswa', 'shareswaDil', 'taxExp',
    ],
    'cashFlow': [
        'businessAcqDisposals', 'capex', 'depamor', 'freeCashFlow',
        'investmentsAcqDisposals', 'issrepayDebt', 'issrepayEquity', 'ncf',
        'ncff', 'ncfi', 'ncfo', 'ncfx', 'payDiv', 'sbcomp',
    ],
    'overview': [
        'assetTurnover', 'bvps', 'currentRatio', 'debtEquity', 'epsQoQ',
        'grossMargin', 'longTermDebtEquity', 'opMargin', 'piotroskiFScore',
        'profitMargin', 'revenueQoQ', 'roa', 'roe', 'rps',
    ],
} %}

with accounts as (

    select
        *,
        count(*) over by_year as quarters_of_year,
        sum(netinc) over four_quarters as netinc_ttm,
        lag(eps_quarter, 4) over by_quarter as eps_year_ago,
        lag(revenue, 4) over by_quarter as revenue_year_ago
    from (
        select
            *,
            net_inc_com_stock / traded_shares as eps_quarter
        from {{ ref('simulated_accounts') }}
    ) as with_eps
    window
        by_year as (partition by ticker, fiscal_year),
        by_quarter as (partition by ticker order by quarter_start),
        four_quarters as (
            partition by ticker
            order by quarter_start
            rows between 3 preceding and current row
        )

),

listings as (

    select * from {{ ref('simulated_listings') }}

),

years as (

    select
        ticker,
        fiscal_year,
        {% for flow in flows %}
            sum({{ flow }}) as {{ flow }},
        {% endfor %}
        max(period_end) as period_end
    from accounts
    where quarters_of_year = 4
    group by ticker, fiscal_year

),

-- A year has the flows of its quarters and the balances of its last one.
annual as (

    select
        accounts.* replace (
            0 as fiscal_quarter,
            {% for flow in flows %}
                years.{{ flow }} as {{ flow }},
            {% endfor %}
            null as eps_year_ago,
            null as revenue_year_ago
        )
    from accounts
    inner join years
        on
            accounts.ticker = years.ticker
            and accounts.period_end = years.period_end

),

periods as (

    select * from accounts
    union all by name
    select * from annual

),

known as (

    select periods.*
    from periods
    inner join listings on periods.ticker = listings.ticker
    where
        periods.filing_date <= listings.end_date
        and periods.filing_date >= {{ simulated_first_day() }}

),

coded as (

    select
        ticker,
        period_end as date,
        fiscal_year as year,
        fiscal_quarter as quarter,
        filing_date,
        accoci,
        acct_pay as acctPay,
        acct_rec as acctRec,
        case when not is_financial then assets_current end as assetsCurrent,
        case when not is_financial then assets_non_current end
            as assetsNonCurrent,
        cash_and_eq as cashAndEq,
        debt,
        debt_current as debtCurrent,
        debt_non_current as debtNonCurrent,
        deferred_rev as deferredRev,
        case when takes_deposits then deposits end as deposits,
        equity,
        intangibles,
        case when not is_financial then inventory end as inventory,
        investments,
        investments_current as investmentsCurrent,
        investments_non_current as investmentsNonCurrent,
        case when not is_financial then liabilities_current end
            as liabilitiesCurrent,
        case when not is_financial then liabilities_non_current end
            as liabilitiesNonCurrent,
        ppeq,
        retained_earnings as retainedEarnings,
        traded_shares as sharesBasic,
        tax_assets as taxAssets,
        tax_liabilities as taxLiabilities,
        total_assets as totalAssets,
        total_liabilities as totalLiabilities,
        consolidated_income as consolidatedIncome,
        cost_rev as costRev,
        opinc as ebit,
        opinc + depamor as ebitda,
        ebt,
        net_inc_com_stock / traded_shares as eps,
        net_inc_com_stock / (1.02 * traded_shares) as epsDil,
        gross_profit as grossProfit,
        intexp,
        net_inc_com_stock as netIncComStock,
        0.0 as netIncDiscOps,
        netinc,
        non_controlling_interests as nonControllingInterests,
        opex,
        opinc,
        pref_dvds as prefDVDs,
        revenue,
        case when reports_research then rnd end as rnd,
        sga,
        traded_shares as shareswa,
        1.02 * traded_shares as shareswaDil,
        tax_exp as taxExp,
        business_acq_disposals as businessAcqDisposals,
        capex,
        depamor,
        free_cash_flow as freeCashFlow,
        investments_acq_disposals as investmentsAcqDisposals,
        issrepay_debt as issrepayDebt,
        issrepay_equity as issrepayEquity,
        ncf,
        ncff,
        ncfi,
        ncfo,
        ncfx,
        pay_div as payDiv,
        sbcomp,
        revenue / total_assets as assetTurnover,
        equity / traded_shares as bvps,
        case when not is_financial then assets_current / liabilities_current end
            as currentRatio,
        debt / equity as debtEquity,
        case
            when eps_year_ago > 0 then eps_quarter / eps_year_ago - 1
        end as epsQoQ,
        gross_profit / revenue as grossMargin,
        debt_non_current / equity as longTermDebtEquity,
        opinc / revenue as opMargin,
        cast(
            2 * (netinc_ttm > 0)::integer + (ncfo > 0)::integer
            + 2 * (ncfo > netinc)::integer + (assets_to_equity < 3)::integer
            + (gross_margin > 0.4)::integer + (issrepay_equity <= 0)::integer
            as double
        ) as piotroskiFScore,
        netinc / revenue as profitMargin,
        revenue / revenue_year_ago - 1 as revenueQoQ,
        netinc_ttm / total_assets as roa,
        netinc_ttm / equity as roe,
        revenue / traded_shares as rps
    from known

),

items as (

    unpivot coded
    on columns(* exclude (ticker, date, year, quarter, filing_date))
    into name dataCode value value

)

select
    ticker,
    date,
    cast(year as integer) as year,
    cast(quarter as integer) as quarter,
    case
    {% for statement_type, its_codes in codes.items() %}
        when dataCode in ('{{ its_codes | join("', '") }}')
            then '{{ statement_type }}'
    {% endfor %}
    end as statementType,
    dataCode,
    cast(value as double) as value,
    filing_date
from items
