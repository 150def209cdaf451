select
    ticker,
    date,
    quarter,
    dataCode,
    filing_date
from {{ ref('simulated_fundamentals_statements') }}
where
    filing_date <= date
    or filing_date > date + case when quarter in (0, 4) then 90 else 45 end
