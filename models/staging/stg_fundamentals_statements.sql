with statements as (

    select * from {{ ref('base_fundamentals_statements') }}

),

implausible as (

    select * from {{ ref('base_implausible_statements') }}

)

select
    statements.ticker,
    statements.period_end,
    statements.fiscal_year,
    statements.fiscal_quarter,
    statements.statement_type,
    statements.data_code,
    statements.filing_date,
    coalesce(implausible.mended_value, statements.value) as value
from statements
left join implausible
    on
        statements.ticker = implausible.ticker
        and statements.period_end = implausible.period_end
        and (statements.fiscal_quarter = 0) = implausible.is_annual
        and statements.data_code = implausible.data_code
        and statements.statement_type = implausible.statement_type
        and statements.filing_date is not distinct from implausible.filing_date
where
    statements.reason is null
    and (implausible.reason is null or implausible.mended_value is not null)
