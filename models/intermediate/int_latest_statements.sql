{% set items = statement_items() %}
{# Ratios over equity, which would turn their sign with it. #}
{% set over_equity = ['debt_equity', 'long_term_debt_equity', 'roe'] %}
{% set only_annual = [] %}
{% for item in items %}
    {% set column = item.column_name ~ (
        '_ttm' if item.measure == 'flow' and item.unit == 'USD' else ''
    ) %}
    {% do only_annual.append(
        'preferred.' ~ column ~ ' is null and others.' ~ column ~ ' is not null'
    ) %}
{% endfor %}
-- depends_on: {{ ref('statement_items') }}

with years as (

    select * from {{ ref('int_trailing_years') }}

),

preferred as (

    select *
    from years
    where is_preferred

),

others as (

    select *
    from years
    where not is_preferred

)

-- All of one statement, but for ratios, each of which is of one by itself.
select
    preferred.ticker,
    preferred.date,
    preferred.period_end,
    {% for item in items %}
        {% if item.column_name in over_equity %}
            if(
                preferred.equity <= 0,
                null,
                coalesce(
                    preferred.{{ item.column_name }},
                    if(others.equity <= 0, null, others.{{ item.column_name }})
                )
            ) as {{ item.column_name }},
        {% elif item.unit in ['ratio', 'points'] %}
            coalesce(
                preferred.{{ item.column_name }}, others.{{ item.column_name }}
            ) as {{ item.column_name }},
        {% else %}
            preferred.{{ item.column_name }},
        {% endif %}
    {% endfor %}
    cast(if(preferred.is_annual, 12, 3) as double) as statement_months,
    preferred.date - preferred.period_end as statement_age_days,
    case
        when preferred.is_annual then preferred.date - preferred.period_end
        when {{ only_annual | join(' or ') }}
            then others.date - others.period_end
    end as annual_statement_age_days,
    {% for item in items %}
        if(
            coalesce(
                preferred.{{ item.column_name }}, others.{{ item.column_name }}
            ) is null,
            1,
            0
        )
        {% if not loop.last %}+{% endif %}
    {% endfor %}
        as missing_items
from preferred
left join others
    on
        preferred.ticker = others.ticker
        and preferred.date = others.date
