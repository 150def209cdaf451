{% set item = 'key, fiscal_year, fiscal_quarter, statement_type, data_code' %}
with companies as (

    select * from {{ ref('tiingo_companies') }}

),

statements as (

    select * from {{ ref('base_tiingo_statements') }}

),

periods as (

    select * from {{ ref('tiingo_statement_periods') }}

),

-- Copies come with each answer: a value counts from the first with it, and
-- another value of the same filing from the answer that brought it.
filed as (

    select
        *,
        row_number() over by_answer as answer_number,
        lag(value) over by_answer as value_before
    from statements
    where is_as_reported
    window
        by_answer as (
            partition by {{ item }}, date
            order by fetched_at
        )

),

filed_items as (

    select distinct {{ item }}
    from filed

),

filings as (

    select distinct
        key,
        fiscal_year,
        fiscal_quarter,
        date as last_filed
    from filed

),

plain as (

    select
        *,
        row_number() over by_answer as answer_number,
        lag(value) over by_answer as value_before
    from statements
    where not is_as_reported
    window
        by_answer as (
            partition by {{ item }}
            order by fetched_at
        )

),

-- Values as restated since. What no filing has, such as all of `overview`,
-- counts from the last filing of its period; of the rest only what changed
-- between two loads, from the second on.
restated as (

    select
        plain.*,
        filings.last_filed,
        filed_items.key is not null as is_filed
    from plain
    asof left join filings
        on
            plain.key = filings.key
            and plain.fiscal_year = filings.fiscal_year
            and plain.fiscal_quarter = filings.fiscal_quarter
            and cast(plain.fetched_at as date) >= filings.last_filed
    left join filed_items
        on
            plain.key = filed_items.key
            and plain.fiscal_year = filed_items.fiscal_year
            and plain.fiscal_quarter = filed_items.fiscal_quarter
            and plain.statement_type = filed_items.statement_type
            and plain.data_code = filed_items.data_code

),

versions as (

    select
        {{ item }},
        value,
        fetched_at,
        if(
            answer_number = 1, date, greatest(date, cast(fetched_at as date))
        ) as filing_date
    from filed
    where answer_number = 1 or value is distinct from value_before
    union all
    select
        {{ item }},
        value,
        fetched_at,
        if(answer_number = 1, last_filed, cast(fetched_at as date))
            as filing_date
    from restated
    where
        (answer_number = 1 and not is_filed)
        or (answer_number > 1 and value is distinct from value_before)

)

select
    companies.ticker,
    periods.period_end as date,
    versions.fiscal_year as year,
    versions.fiscal_quarter as quarter,
    versions.statement_type as statementType,
    versions.data_code as dataCode,
    versions.value,
    versions.filing_date
from versions
inner join companies on versions.key = companies.key
inner join periods
    on
        versions.key = periods.key
        and versions.fiscal_year = periods.fiscal_year
        and versions.fiscal_quarter = periods.fiscal_quarter
where coalesce(versions.filing_date > periods.period_end, true)
qualify
    row_number() over (
        partition by
            companies.ticker,
            periods.period_end,
            versions.fiscal_quarter = 0,
            versions.statement_type,
            versions.data_code,
            versions.filing_date
        order by versions.fetched_at desc, versions.fiscal_year desc
    ) = 1
