{% set flows = [
    'consolidated_income', 'cost_rev', 'ebt', 'gross_profit', 'intexp',
    'net_inc_com_stock', 'netinc', 'non_controlling_interests', 'opex',
    'opinc', 'pref_dvds', 'revenue', 'rnd', 'sga', 'tax_exp',
    'business_acq_disposals', 'capex', 'depamor', 'free_cash_flow',
    'investments_acq_disposals', 'issrepay_debt', 'issrepay_equity', 'ncf',
    'ncff', 'ncfi', 'ncfo', 'ncfx', 'pay_div', 'sbcomp',
] %}

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

items as (

    select * from {{ ref('statement_items') }}

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
        period_end,
        fiscal_year,
        fiscal_quarter,
        filing_date,
        accoci,
        acct_pay,
        acct_rec,
        cash_and_eq,
        debt,
        debt_current,
        debt_non_current,
        deferred_rev,
        equity,
        intangibles,
        investments,
        investments_current,
        investments_non_current,
        ppeq,
        retained_earnings,
        traded_shares as shares_basic,
        tax_assets,
        tax_liabilities,
        total_assets,
        total_liabilities,
        consolidated_income,
        cost_rev,
        opinc as ebit,
        ebt,
        gross_profit,
        intexp,
        net_inc_com_stock,
        netinc,
        non_controlling_interests,
        opex,
        opinc,
        pref_dvds,
        revenue,
        sga,
        traded_shares as shareswa,
        0.0 as net_inc_disc_ops,
        tax_exp,
        business_acq_disposals,
        capex,
        depamor,
        free_cash_flow,
        investments_acq_disposals,
        issrepay_debt,
        issrepay_equity,
        ncf,
        ncff,
        ncfi,
        ncfo,
        ncfx,
        pay_div,
        sbcomp,
        cast(
            2 * cast(netinc_ttm > 0 as integer)
            + cast(ncfo > 0 as integer)
            + 2 * cast(ncfo > netinc as integer)
            + cast(assets_to_equity < 3 as integer)
            + cast(gross_margin > 0.4 as integer)
            + cast(issrepay_equity <= 0 as integer)
            as double
        ) as piotroski_f_score,
        case when not is_financial then assets_current end as assets_current,
        case when not is_financial then assets_non_current end
            as assets_non_current,
        case when takes_deposits then deposits end as deposits,
        case when not is_financial then inventory end as inventory,
        case when not is_financial then liabilities_current end
            as liabilities_current,
        case when not is_financial then liabilities_non_current end
            as liabilities_non_current,
        opinc + depamor as ebitda,
        net_inc_com_stock / traded_shares as eps,
        net_inc_com_stock / (1.02 * traded_shares) as eps_dil,
        case when reports_research then rnd end as rnd,
        1.02 * traded_shares as shareswa_dil,
        revenue / total_assets as asset_turnover,
        equity / traded_shares as bvps,
        case when not is_financial then assets_current / liabilities_current end
            as current_ratio,
        debt / equity as debt_equity,
        case
            when eps_year_ago > 0 then eps_quarter / eps_year_ago - 1
        end as eps_qoq,
        gross_profit / revenue as gross_margin,
        debt_non_current / equity as long_term_debt_equity,
        opinc / revenue as op_margin,
        gross_profit / revenue as profit_margin,
        netinc / revenue as net_margin_reported,
        revenue / revenue_year_ago - 1 as revenue_qoq,
        netinc_ttm / total_assets as roa,
        netinc_ttm / equity as roe,
        revenue / traded_shares as rps
    from known

),

coded_items as (

    unpivot coded
    on columns(* exclude (
        ticker, period_end, fiscal_year, fiscal_quarter, filing_date
    ))
    into name column_name value value

)

select
    coded_items.ticker,
    coded_items.period_end as date,
    cast(coded_items.fiscal_year as integer) as year,
    cast(coded_items.fiscal_quarter as integer) as quarter,
    items.statement_type as statementType,
    items.data_code as dataCode,
    cast(coded_items.value as double) as value,
    coded_items.filing_date
from coded_items
inner join items on coded_items.column_name = items.column_name
