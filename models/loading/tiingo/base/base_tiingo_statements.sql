{% set columns = {
    'date': 'varchar',
    'year': 'integer',
    'quarter': 'integer',
    'statementData':
        'map(varchar, struct("dataCode" varchar, "value" double)[])',
} %}
with answers as (

    select
        *,
        false as is_as_reported
    from {{ tiingo_answers('statements', columns) }} as plain_form
    union all by name
    select
        *,
        true as is_as_reported
    from {{ tiingo_answers('reported', columns) }} as reported_form

),

statements as (

    select
        * exclude (statementData),
        unnest(map_entries(statementData)) as block
    from answers

),

items as (

    select
        * exclude (block),
        block['key'] as statement_type,
        unnest(block['value']) as item
    from statements

)

select
    key,
    fetched_at,
    is_as_reported,
    year as fiscal_year,
    quarter as fiscal_quarter,
    statement_type,
    try_cast(left(date, 10) as date) as date,
    item['dataCode'] as data_code,
    item['value'] as value
from items
