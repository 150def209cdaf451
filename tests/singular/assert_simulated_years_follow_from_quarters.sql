with items as (

    select
        statements.*,
        statement_items.measure
    from {{ ref('simulated_fundamentals_statements') }} as statements
    inner join {{ ref('statement_items') }} as statement_items
        on statements.dataCode = statement_items.data_code
    where
        statement_items.unit = 'USD'

),

-- A fiscal year has the flows of its quarters and the balances of its last.
by_quarter as (

    select
        ticker,
        year,
        dataCode,
        case
            when measure = 'flow' then sum(value)
            else max_by(value, quarter)
        end as value
    from items
    where quarter > 0
    group by ticker, year, dataCode, measure
    having count(*) = 4

)

select
    annual.ticker,
    annual.year,
    annual.dataCode,
    annual.value,
    by_quarter.value as value_by_quarter
from items as annual
inner join by_quarter
    on
        annual.ticker = by_quarter.ticker
        and annual.year = by_quarter.year
        and annual.dataCode = by_quarter.dataCode
where
    annual.quarter = 0
    and annual.value <> by_quarter.value
