{# Dollar items whose ratio to assets has a name of its own. #}
{% set named = ['total_assets', 'revenue', 'gross_profit', 'netinc', 'ncfo'] %}
{# Numerator and denominator of each ratio of statements and market value. #}
{% set ratios = {
    'operating_efficiency': ['opinc_ttm', 'revenue_ttm - opinc_ttm'],
    'growth_investment_intensity': ['rnd_ttm - capex_ttm', 'revenue_ttm'],
    'asset_productivity': ['revenue_ttm', 'total_assets'],
    'working_capital_days': [
        '365 * (acct_rec + inventory - acct_pay)',
        'revenue_ttm',
    ],
    'ev_to_ebitda': ['enterprise_val', 'ebitda_ttm'],
    'ev_to_fcf': ['enterprise_val', 'free_cash_flow_ttm'],
    'ev_to_sales': ['enterprise_val', 'revenue_ttm'],
    'book_to_market': ['equity', 'market_cap'],
    'earnings_yield': ['netinc_ttm', 'market_cap'],
    'free_cash_flow_yield': ['free_cash_flow_ttm', 'market_cap'],
    'sales_yield': ['revenue_ttm', 'market_cap'],
    'dividend_yield': ['-pay_div_ttm', 'market_cap'],
    'gross_profitability': ['gross_profit_ttm', 'total_assets'],
    'return_on_assets': ['netinc_ttm', 'total_assets'],
    'return_on_equity': ['netinc_ttm', 'equity'],
    'cash_flow_to_assets': ['ncfo_ttm', 'total_assets'],
    'net_margin': ['netinc_ttm', 'revenue_ttm'],
    'gross_margin_ttm': ['gross_profit_ttm', 'revenue_ttm'],
    'payout': ['-pay_div_ttm', 'netinc_ttm'],
    'accruals': ['netinc_ttm - ncfo_ttm', 'total_assets'],
    'interest_cover': ['ebit_ttm', 'intexp_ttm'],
} %}
{# Where no statement has research or inventory: it is taken as 0. #}
{% set without = {
    'growth_investment_intensity': ['-capex_ttm', 'revenue_ttm'],
    'working_capital_days': ['365 * (acct_rec - acct_pay)', 'revenue_ttm'],
} %}
{% for item in statement_items()
    if item.unit == 'USD' and item.column_name not in named %}
    {% do ratios.update({
        item.column_name ~ '_to_assets': [
            item.column_name ~ ('_ttm' if item.measure == 'flow' else ''),
            'total_assets',
        ]
    }) %}
{% endfor %}
-- depends_on: {{ ref('statement_items') }}

with sample_dates as (

    select * from {{ ref('int_sample_dates') }}

),

years as (

    select * from {{ ref('int_trailing_years') }}

),

latest as (

    select * from {{ ref('int_latest_statements') }}

),

changes as (

    select * from {{ ref('int_statement_changes') }}

),

-- In the currency of the statements.
valuations as (

    select
        ticker,
        date,
        market_cap_reporting as market_cap,
        enterprise_val_reporting as enterprise_val
    from {{ ref('int_valuations') }}

),

companies as (

    select * from {{ ref('int_companies') }}

),

-- A ratio takes all that it needs from statements of one kind: a year by its
-- quarters and a year by its annual statement end on different days.
by_kind as (

    select
        years.ticker,
        years.date,
        years.is_preferred,
        {% for name, parts in ratios.items() %}
            {{ of_one_statement(ratio(*parts), parts) }} as {{ name }},
        {% endfor %}
        {% for name, parts in without.items() %}
            {{ of_one_statement(ratio(*parts), parts) }}
                as {{ name }}_without,
        {% endfor %}
        {{ of_one_statement(
            '(' ~ cut_to_unit(ratio('equity', 'total_assets'))
            ~ ' + ' ~ cut_to_unit('10 * ' ~ ratio('netinc_ttm', 'total_assets'))
            ~ ' + ' ~ cut_to_unit('5 * ' ~ ratio('ncfo_ttm', 'total_assets'))
            ~ ') / 3',
            ['equity', 'netinc_ttm', 'ncfo_ttm', 'total_assets']
        ) }} as financial_health_score,
        {{ of_one_statement(
            '1.2 * ' ~ ratio('assets_current - liabilities_current', 'total_assets')
            ~ ' + 1.4 * ' ~ ratio('retained_earnings', 'total_assets')
            ~ ' + 3.3 * ' ~ ratio('ebit_ttm', 'total_assets')
            ~ ' + 0.6 * ' ~ ratio('market_cap', 'total_liabilities')
            ~ ' + ' ~ ratio('revenue_ttm', 'total_assets'),
            [
                'assets_current', 'liabilities_current', 'total_assets',
                'retained_earnings', 'ebit_ttm', 'revenue_ttm',
                'total_liabilities',
            ]
        ) }} as altman_z
    from years
    left join valuations
        on
            years.ticker = valuations.ticker
            and years.date = valuations.date

),

preferred as (

    select *
    from by_kind
    where is_preferred

),

others as (

    select *
    from by_kind
    where not is_preferred

)

select
    sample_dates.ticker,
    sample_dates.date,
    {% for name in ratios.keys() | list
        + ['financial_health_score', 'altman_z'] %}
        coalesce(
            preferred.{{ name }}, others.{{ name }}
            {%- if name in without -%}
                , preferred.{{ name }}_without, others.{{ name }}_without
            {%- endif -%}
        ).value as {{ name }},
    {% endfor %}
    -changes.operating_margin_deviation as margin_stability,
    {% for feature in catalogued_features()
        if feature.made_by == 'int_statement_changes' %}
        changes.{{ feature.feature }},
    {% endfor %}
    (sample_dates.date - companies.listed_from) / 30.4375
        as months_since_listing,
    cast(latest.statement_age_days as double) as statement_age_days,
    cast(latest.annual_statement_age_days as double)
        as annual_statement_age_days,
    cast(
        coalesce(latest.missing_items, {{ statement_items() | length }})
        as double
    ) as missing_items
from sample_dates
inner join companies on sample_dates.ticker = companies.ticker
left join preferred
    on
        sample_dates.ticker = preferred.ticker
        and sample_dates.date = preferred.date
left join others
    on
        sample_dates.ticker = others.ticker
        and sample_dates.date = others.date
left join latest
    on
        sample_dates.ticker = latest.ticker
        and sample_dates.date = latest.date
left join changes
    on
        sample_dates.ticker = changes.ticker
        and sample_dates.date = changes.date
