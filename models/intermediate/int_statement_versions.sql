{% set items = statement_items() %}
-- depends_on: {{ ref('statement_items') }}

with statements as (

    select
        *,
        fiscal_year * 4 + fiscal_quarter - 1 as fiscal_index,
        {{ known_from('period_end', 'filing_date', 'fiscal_quarter') }}
            as known_from
    from {{ ref('stg_fundamentals_statements') }}
    where fiscal_quarter between 1 and 4

),

filings as (

    select
        ticker,
        fiscal_index,
        known_from,
        max(period_end) as period_end,
        {% for item in items %}
            max(value) filter (where data_code = '{{ item.data_code }}')
                as {{ item.column_name }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from statements
    group by ticker, fiscal_index, known_from

)

-- A later filing of the same quarter may restate only some of its items.
select
    ticker,
    fiscal_index,
    known_from,
    period_end,
    {% for item in items %}
        last_value({{ item.column_name }} ignore nulls) over by_filing
            as {{ item.column_name }}{% if not loop.last %},{% endif %}
    {% endfor %}
from filings
window
    by_filing as (
        partition by ticker, fiscal_index
        order by known_from
    )
order by ticker, known_from, fiscal_index
