{#
  What is made of others where it was not filed, in an order in which each is
  there before it is used. Of a year as of a quarter.
#}
{% set made_items = [
    (
        'totalLiabilities',
        'totalAssets - coalesce(equityAndMinority, equity) '
        ~ '- coalesce(temporaryEquity, 0)',
    ),
    ('assetsNonCurrent', 'totalAssets - assetsCurrent'),
    ('liabilitiesNonCurrent', 'totalLiabilities - liabilitiesCurrent'),
    (
        'investments',
        'case when coalesce(investmentsCurrent, investmentsNonCurrent) is not '
        ~ 'null then coalesce(investmentsCurrent, 0) '
        ~ '+ coalesce(investmentsNonCurrent, 0) end',
    ),
    ('grossProfit', 'revenue - costRev'),
    ('costRev', 'revenue - grossProfit'),
    ('opex', 'grossProfit - opinc'),
    ('netinc', 'consolidatedIncome - coalesce(nonControllingInterests, 0)'),
    ('consolidatedIncome', 'netinc + coalesce(nonControllingInterests, 0)'),
    ('nonControllingInterests', 'consolidatedIncome - netinc'),
    ('netIncComStock', 'netinc - coalesce(prefDVDs, 0)'),
    ('ebt', 'consolidatedIncome - coalesce(netIncDiscOps, 0) + taxExp'),
    ('ebit', 'ebt + coalesce(intexp, 0)'),
    ('ebitda', 'ebit + depamor'),
    ('eps', ratio('netIncComStock', 'shareswa')),
    ('epsDil', ratio('netIncComStock', 'shareswaDil')),
    ('ncf', 'ncfo + ncfi + ncff + coalesce(ncfx, 0)'),
    ('freeCashFlow', 'ncfo + capex'),
    ('bvps', ratio('equity', 'sharesBasic')),
    ('rps', ratio('revenue', 'sharesBasic')),
    ('currentRatio', ratio('assetsCurrent', 'liabilitiesCurrent')),
    ('debtEquity', ratio('debt', 'equity')),
    ('longTermDebtEquity', ratio('debtNonCurrent', 'equity')),
    ('grossMargin', ratio('grossProfit', 'revenue')),
    ('profitMargin', ratio('grossProfit', 'revenue')),
    ('opMargin', ratio('opinc', 'revenue')),
    ('netMargin', ratio('netinc', 'revenue')),
    ('assetTurnover', ratio('revenue', 'totalAssets')),
] %}
{% set filed_items = seed_rows('xbrl_items')
    | map(attribute='data_code') | unique | list %}
{% set made_codes = made_items | map('first') | list %}
-- depends_on: {{ ref('xbrl_items') }}

with quarters as (

    select * from {{ ref('sec_quarters') }}

),

filings as (

    select
        cik,
        is_annual,
        period_end,
        known_from,
        {% for code in filed_items %}
            max(if(data_code = '{{ code }}', value, null)) as {{ code }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from quarters
    group by cik, is_annual, period_end, known_from

),

-- A later filing of the same period may restate only some of its items.
versions as (

    select
        cik,
        is_annual,
        period_end,
        known_from,
        {% for code in filed_items %}
            last_value({{ code }} ignore nulls) over by_filing as {{ code }}
            {%- if not loop.last %},{% endif %}
        {% endfor %}
    from filings
    window
        by_filing as (
            partition by cik, is_annual, period_end order by known_from
        )

),

{% for code, formula in made_items %}
    made_{{ loop.index }} as (

        select
            {% if code in filed_items %}
                * replace (
                    coalesce({{ code }}, {{ formula }}) as {{ code }}
                )
            {% else %}
                *,
                {{ formula }} as {{ code }}
            {% endif %}
        from {{ 'made_' ~ (loop.index - 1) if loop.index > 1 else 'versions' }}

    ),

{% endfor %}
long as (

    unpivot (
        select * exclude (equityAndMinority, temporaryEquity)
        from made_{{ made_items | length }}
    )
    on columns(* exclude (cik, is_annual, period_end, known_from))
    into name data_code value value

)

-- Another item's news is no news of this one.
select
    cik,
    data_code,
    is_annual,
    period_end,
    known_from,
    value
from long
where isfinite(value)
qualify
    value is distinct from lag(value) over (
        partition by cik, data_code, is_annual, period_end
        order by known_from
    )
