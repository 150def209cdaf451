{% do declare_statement_items() %}
{% set items = statement_items() %}
-- depends_on: {{ ref('statement_items') }}

with statements as (

    select
        *,
        fiscal_quarter = 0 as is_annual,
        4 * fiscal_year + if(fiscal_quarter = 0, 3, fiscal_quarter - 1)
            as fiscal_index,
        {{ known_from('period_end', 'filing_date', 'fiscal_quarter') }}
            as known_from
    from {{ ref('stg_fundamentals_statements') }}

),

-- Of so many aggregates, filter (where ...) would take three times as long.
filings as (

    select
        ticker,
        is_annual,
        fiscal_index,
        known_from,
        max(period_end) as period_end,
        {% for item in items %}
            max(if(data_code = '{{ item.data_code }}', value, null))
                as {{ item.column_name }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from statements
    group by ticker, is_annual, fiscal_index, known_from

)

-- A later filing of the same period may restate only some of its items.
select
    ticker,
    is_annual,
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
        partition by ticker, is_annual, fiscal_index
        order by known_from
    )
