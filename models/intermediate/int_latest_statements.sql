{% do declare_features(['int_latest_statements']) %}
{% do declare_statement_items(yearly=true) %}
{% set items = statement_items() %}
-- depends_on: {{ ref('statement_items') }}

with newest as (

    select * from {{ ref('int_newest_periods') }}

),

-- Read by each join rather than kept in memory.
versions as not materialized (

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
        wanted.ticker,
        wanted.date,
        wanted.is_annual,
        wanted.quarters_ago,
        versions.fiscal_index,
        versions.known_from
    from wanted
    asof join versions
        on
            wanted.ticker = versions.ticker
            and wanted.is_annual = versions.is_annual
            and wanted.fiscal_index - wanted.quarters_ago
            = versions.fiscal_index
            and wanted.date >= versions.known_from

),

known_versions as (

    select
        ticker,
        date,
        {% for quarters_ago in range(4) %}
            max(fiscal_index) filter (
                where not is_annual and quarters_ago = {{ quarters_ago }}
            ) as fiscal_index_{{ quarters_ago }},
            max(known_from) filter (
                where not is_annual and quarters_ago = {{ quarters_ago }}
            ) as known_from_{{ quarters_ago }},
        {% endfor %}
        max(fiscal_index) filter (where is_annual) as fiscal_index_year,
        max(known_from) filter (where is_annual) as known_from_year
    from known
    group by ticker, date

),

-- An item that none of the four quarters has comes only in annual statements.
-- The sum of a year needs all four quarters, or is the annual statement's.
chosen as (

    select
        known_versions.ticker,
        known_versions.date,
        version_year.period_end as year_end,
        {% for item in items %}
            {% set column = item.column_name %}
            {% set is_sum = item.measure == 'flow' and item.unit == 'USD' %}
            if(
                coalesce(
                    {% for quarters_ago in range(4) %}
                        version_{{ quarters_ago }}.{{ column }}
                        {%- if not loop.last %},{% endif %}
                    {% endfor %}
                ) is null,
                version_year.{{ column }},
                version_0.{{ column }}
            ) as {{ column }},
            (
                {% for quarters_ago in range(4) %}
                    version_{{ quarters_ago }}.{{ column }} is null
                    {% if not loop.last %}
                        {{ 'or' if is_sum else 'and' }}
                    {% endif %}
                {% endfor %}
            )
            and version_year.{{ column }} is not null as is_{{ column }}_annual,
            {% if is_sum %}
                coalesce(
                    {% for quarters_ago in range(4) %}
                        version_{{ quarters_ago }}.{{ column }}
                        {% if not loop.last %}+{% endif %}
                    {% endfor %},
                    version_year.{{ column }}
                ) as {{ column }}_ttm,
            {% endif %}
        {% endfor %}
        greatest(version_0.period_end, version_year.period_end) as period_end
    from known_versions
    {% for quarters_ago in range(4) %}
        left join versions as version_{{ quarters_ago }}
            on
                known_versions.ticker = version_{{ quarters_ago }}.ticker
                and not version_{{ quarters_ago }}.is_annual
                and known_versions.fiscal_index_{{ quarters_ago }}
                = version_{{ quarters_ago }}.fiscal_index
                and known_versions.known_from_{{ quarters_ago }}
                = version_{{ quarters_ago }}.known_from
    {% endfor %}
    left join versions as version_year
        on
            known_versions.ticker = version_year.ticker
            and version_year.is_annual
            and known_versions.fiscal_index_year = version_year.fiscal_index
            and known_versions.known_from_year = version_year.known_from

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
