{{ config(severity='warn') }}

{% set query %}
    select
        companies.reporting_currency,
        count(distinct valuations.ticker) as company_count
    from {{ ref('int_valuations') }} as valuations
    inner join {{ ref('int_companies') }} as companies
        on valuations.ticker = companies.ticker
    where
        valuations.market_cap is not null
        and valuations.market_cap_reporting is null
    group by companies.reporting_currency
    order by company_count desc, companies.reporting_currency
{% endset %}

{% if execute and flags.WHICH in ['build', 'test'] %}
    {% set counts = run_query(query).rows %}
    {% set companies = counts | map(attribute='company_count') | sum %}
    {% set by_currency = [] %}
    {% for row in counts %}
        {% do by_currency.append(row[0] ~ ': ' ~ row[1]) %}
    {% endfor %}
    {% if companies %}
        {% do exceptions.warn(
            (companies ~ ' companies report' if companies > 1 else '1 company reports')
            ~ ' in another currency than USD (' ~ by_currency | join(', ')
            ~ '): their ratios of statements and market value are null where '
            ~ 'table exchange_rates has no rate of the last 14 days'
        ) %}
    {% endif %}
{% endif %}
{{ query }}
