-- depends_on: {{ ref('statement_items') }}

with periods as (

    select * from {{ ref('int_known_periods') }}

),

-- Read by each join rather than kept in memory.
versions as not materialized (

    select * from {{ ref('int_statement_versions') }}

),

-- What flowed in a transition period is neither a quarter's nor a year's: no
-- sum has it.
known as (

    select
        ticker,
        date,
        is_annual,
        is_preferred,
        bool_or(is_transition) filter (where quarters_ago = 0) as is_transition,
        {% for quarters_ago in range(4) %}
            max(period_end) filter (
                where quarters_ago = {{ quarters_ago }}
                {% if quarters_ago %}and not is_transition{% endif %}
            ) as period_end_{{ quarters_ago }},
            max(known_from) filter (
                where quarters_ago = {{ quarters_ago }}
            ) as known_from_{{ quarters_ago }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from periods
    where quarters_ago < 4
    group by ticker, date, is_annual, is_preferred

)

select
    known.ticker,
    known.date,
    known.is_annual,
    known.is_preferred,
    {% for item in statement_items() %}
        {% set column = item.column_name %}
        {% if item.measure == 'flow' %}
            if(known.is_transition, null, version_0.{{ column }})
                as {{ column }},
        {% else %}
            version_0.{{ column }},
        {% endif %}
        {% if item.measure == 'flow' and item.unit == 'USD' %}
            if(
                known.is_transition,
                null,
                version_0.{{ column }}
                {% for quarters_ago in [1, 2, 3] %}
                    + if(
                        known.is_annual,
                        0,
                        version_{{ quarters_ago }}.{{ column }}
                    )
                {% endfor %}
            ) as {{ column }}_ttm,
        {% endif %}
    {% endfor %}
    known.period_end_0 as period_end
from known
inner join versions as version_0
    on
        known.ticker = version_0.ticker
        and known.is_annual = version_0.is_annual
        and known.period_end_0 = version_0.period_end
        and known.known_from_0 = version_0.known_from
{% for quarters_ago in [1, 2, 3] %}
    left join versions as version_{{ quarters_ago }}
        on
            known.ticker = version_{{ quarters_ago }}.ticker
            and known.is_annual = version_{{ quarters_ago }}.is_annual
            and known.period_end_{{ quarters_ago }}
            = version_{{ quarters_ago }}.period_end
            and known.known_from_{{ quarters_ago }}
            = version_{{ quarters_ago }}.known_from
{% endfor %}
