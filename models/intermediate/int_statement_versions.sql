{% set items = statement_items() %}
{% set part_size = 10 %}
-- depends_on: {{ ref('statement_items') }}

with statements as (

    select
        *,
        fiscal_quarter = 0 as is_annual,
        {{ known_from('period_end', 'filing_date', 'fiscal_quarter') }}
            as known_from
    from {{ ref('stg_fundamentals_statements') }}

),

items as (

    {% for item in items %}
        select
            '{{ item.data_code }}' as data_code,
            {{ loop.index0 }} as item_number
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- Ten columns for each part of a filing, then all of a filing: each aggregate
-- looks at every row, and of parts there are fewer.
parts as (

    select
        statements.ticker,
        statements.is_annual,
        statements.period_end,
        statements.known_from,
        items.item_number // {{ part_size }} as part,
        {% for position in range(part_size) %}
            max(
                if(
                    items.item_number % {{ part_size }} = {{ position }},
                    statements.value,
                    null
                )
            ) as value_{{ position }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from statements
    left join items on statements.data_code = items.data_code
    group by
        statements.ticker,
        statements.is_annual,
        statements.period_end,
        statements.known_from,
        part

),

-- Of so many aggregates, filter (where ...) would take three times as long.
filings as (

    select
        ticker,
        is_annual,
        period_end,
        known_from,
        {% for item in items %}
            max(
                if(
                    part = {{ loop.index0 // part_size }},
                    value_{{ loop.index0 % part_size }},
                    null
                )
            ) as {{ item.column_name }}{% if not loop.last %},{% endif %}
        {% endfor %}
    from parts
    group by ticker, is_annual, period_end, known_from

)

-- A later filing of the same period may restate only some of its items.
select
    ticker,
    is_annual,
    period_end,
    known_from,
    {% for item in items %}
        last_value({{ item.column_name }} ignore nulls) over by_filing
            as {{ item.column_name }}{% if not loop.last %},{% endif %}
    {% endfor %}
from filings
window
    by_filing as (
        partition by ticker, is_annual, period_end
        order by known_from
    )
