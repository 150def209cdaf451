select
    ticker,
    period_end,
    fiscal_year,
    fiscal_quarter,
    statement_type,
    data_code,
    value,
    filing_date
from {{ ref('base_fundamentals_statements') }}
where reason is null
