{# Input tables of which more than the share that `limit` names was rejected. #}
{% macro rejected_share_above(limit) %}
    {% set tables = [
        'daily_adjusted',
        'supported_tickers',
        'fundamentals_statements',
        'fundamentals_daily',
        'fundamentals_meta',
    ] %}
    {% for table in tables %}
        select
            '{{ table }}' as table_name,
            count(reason) / count(*) as rejected_share
        from {{ ref('base_' ~ table) }}
        having count(reason) > {{ var(limit) }} * count(*)
        {% if not loop.last %}union all{% endif %}
    {% endfor %}
{% endmacro %}
