{% set tables = [
    'daily_adjusted',
    'supported_tickers',
    'fundamentals_statements',
    'fundamentals_daily',
    'exchange_rates',
    'fundamentals_meta',
] %}

{% for table in tables %}
    select
        '{{ table }}' as table_name,
        cast(null as varchar) as column_name,
        key,
        reason,
        is_in_scope
    from {{ ref('base_' ~ table) }}
    where reason is not null
    union all
    {# The one value of a statement, or of a rate, is its row. #}
    {% if table not in ['fundamentals_statements', 'exchange_rates'] %}
        select
            '{{ table }}' as table_name,
            split_part(fault, ' ', 1) as column_name,
            key,
            fault as reason,
            is_in_scope
        from (
            select
                key,
                is_in_scope,
                unnest(value_faults) as fault
            from {{ ref('base_' ~ table) }}
            where reason is null and value_faults is not null
        )
        {% if not loop.last %}union all{% endif %}
    {% endif %}
{% endfor %}
union all
select
    'fundamentals_statements' as table_name,
    case when mended_value is not null then 'value' end as column_name,
    key,
    reason,
    true as is_in_scope
from {{ ref('base_implausible_statements') }}
