{% set items = statement_items() %}
-- depends_on: {{ ref('statement_items') }}

with newest as (

    select * from {{ ref('int_newest_periods') }}

),

versions as (

    select * from {{ ref('int_statement_versions') }}

),

-- The newest four quarters, and the newest year.
wanted as (

    select
        *,
        unnest(if(is_annual, [0], [0, 1, 2, 3])) as quarters_ago
    from newest

),

known as (

    select
        versions.*,
        wanted.date,
        wanted.quarters_ago
    from wanted
    asof join versions
        on
            wanted.ticker = versions.ticker
            and wanted.is_annual = versions.is_annual
            and wanted.fiscal_index - wanted.quarters_ago
            = versions.fiscal_index
            and wanted.date >= versions.known_from

),

by_item as (

    select
        ticker,
        date,
        {% for item in items %}
            {% set column = item.column_name %}
            max({{ column }}) filter (where not is_annual and quarters_ago = 0)
                as {{ column }}_quarter,
            count({{ column }}) filter (where not is_annual)
                as {{ column }}_quarters,
            max({{ column }}) filter (where is_annual) as {{ column }}_year,
            {% if item.measure == 'flow' and item.unit == 'USD' %}
                cast(
                    {{ exact_sum(column) }} filter (where not is_annual)
                    as double
                ) as {{ column }}_sum,
            {% endif %}
        {% endfor %}
        max(period_end) filter (where not is_annual and quarters_ago = 0)
            as quarter_end,
        max(period_end) filter (where is_annual) as year_end
    from known
    group by ticker, date

),

-- An item that none of the four quarters has comes only in annual statements.
-- The sum of a year needs all four quarters, or is the annual statement's.
chosen as (

    select
        ticker,
        date,
        year_end,
        {% for item in items %}
            {% set column = item.column_name %}
            if(
                {{ column }}_quarters = 0,
                {{ column }}_year,
                {{ column }}_quarter
            ) as {{ column }},
            {% set is_sum = item.measure == 'flow' and item.unit == 'USD' %}
            {{ column }}_quarters < {{ 4 if is_sum else 1 }}
            and {{ column }}_year is not null as is_{{ column }}_annual,
            {% if is_sum %}
                if(
                    {{ column }}_quarters = 4,
                    {{ column }}_sum,
                    {{ column }}_year
                ) as {{ column }}_ttm,
            {% endif %}
        {% endfor %}
        greatest(quarter_end, year_end) as period_end
    from by_item

)

select
    ticker,
    date,
    period_end,
    {% for item in items %}
        {{ item.column_name }},
        {% if item.measure == 'flow' and item.unit == 'USD' %}
            {{ item.column_name }}_ttm,
        {% endif %}
    {% endfor %}
    date - period_end as statement_age_days,
    case
        when
            {% for item in items %}
                is_{{ item.column_name }}_annual
                {% if not loop.last %}or{% endif %}
            {% endfor %}
            then date - year_end
    end as annual_statement_age_days,
    {% for item in items %}
        if({{ item.column_name }} is null, 1, 0)
        {% if not loop.last %}+{% endif %}
    {% endfor %}
        as missing_items
from chosen
order by ticker, date
