with statements as (

    select * from {{ ref('simulated_fundamentals_statements') }}

),

-- Each total is the sum of its parts. A part may be missing, as research and
-- development is where there is none.
identities (identity, total, part) as (

    values
    ('balance sheet', 'totalAssets', 'totalLiabilities'),
    ('balance sheet', 'totalAssets', 'equity'),
    ('terms of assets', 'totalAssets', 'assetsCurrent'),
    ('terms of assets', 'totalAssets', 'assetsNonCurrent'),
    ('terms of liabilities', 'totalLiabilities', 'liabilitiesCurrent'),
    ('terms of liabilities', 'totalLiabilities', 'liabilitiesNonCurrent'),
    ('terms of debt', 'debt', 'debtCurrent'),
    ('terms of debt', 'debt', 'debtNonCurrent'),
    ('terms of investments', 'investments', 'investmentsCurrent'),
    ('terms of investments', 'investments', 'investmentsNonCurrent'),
    ('revenue', 'revenue', 'costRev'),
    ('revenue', 'revenue', 'grossProfit'),
    ('gross profit', 'grossProfit', 'opex'),
    ('gross profit', 'grossProfit', 'opinc'),
    ('operating expenses', 'opex', 'sga'),
    ('operating expenses', 'opex', 'rnd'),
    ('operating expenses', 'opex', 'depamor'),
    ('operating income', 'opinc', 'intexp'),
    ('operating income', 'opinc', 'ebt'),
    ('earnings before tax', 'ebt', 'taxExp'),
    ('earnings before tax', 'ebt', 'consolidatedIncome'),
    ('ebitda', 'ebitda', 'ebit'),
    ('ebitda', 'ebitda', 'depamor'),
    ('consolidated income', 'consolidatedIncome', 'nonControllingInterests'),
    ('consolidated income', 'consolidatedIncome', 'netinc'),
    ('net income', 'netinc', 'prefDVDs'),
    ('net income', 'netinc', 'netIncComStock'),
    ('change in cash', 'ncf', 'ncfo'),
    ('change in cash', 'ncf', 'ncfi'),
    ('change in cash', 'ncf', 'ncff'),
    ('change in cash', 'ncf', 'ncfx'),
    ('investing', 'ncfi', 'capex'),
    ('investing', 'ncfi', 'businessAcqDisposals'),
    ('investing', 'ncfi', 'investmentsAcqDisposals'),
    ('financing', 'ncff', 'payDiv'),
    ('financing', 'ncff', 'issrepayDebt'),
    ('financing', 'ncff', 'issrepayEquity'),
    ('free cash flow', 'freeCashFlow', 'ncfo'),
    ('free cash flow', 'freeCashFlow', 'capex')

),

sums as (

    select
        statements.ticker,
        statements.date,
        statements.quarter,
        identities.identity,
        identities.total,
        sum(statements.value) as parts_value
    from statements
    inner join identities on statements.dataCode = identities.part
    group by all

)

select
    sums.ticker,
    sums.date,
    sums.quarter,
    sums.identity,
    sums.parts_value,
    statements.value
from sums
left join statements
    on
        sums.ticker = statements.ticker
        and sums.date = statements.date
        and sums.quarter = statements.quarter
        and sums.total = statements.dataCode
where statements.value is distinct from sums.parts_value
