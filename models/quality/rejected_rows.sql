{% set tables = [
    'daily_adjusted',
    'supported_tickers',
    'fundamentals_statements',
    'fundamentals_daily',
    'fundamentals_meta',
    'exchange_rates',
] %}

{% for table in tables %}
    select
        '{{ table }}' as table_name,
        key,
        reason,
        is_in_scope
    from {{ ref('base_' ~ table) }}
    where reason is not null
    {% if not loop.last %}union all{% endif %}
{% endfor %}
