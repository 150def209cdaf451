{% macro rejected_share_above(limit, at_most=none) %}
    {% set tables = [
        'daily_adjusted',
        'supported_tickers',
        'fundamentals_statements',
        'fundamentals_daily',
        'fundamentals_meta',
        'exchange_rates',
    ] %}
    {% set query %}
        with row_counts as (
            {% for table in tables %}
                select
                    '{{ table }}' as table_name,
                    count(*) as row_count
                from {{ ref('base_' ~ table) }}
                where is_in_scope
                {% if not loop.last %}union all{% endif %}
            {% endfor %}
        ),

        rejected_counts as (
            select
                table_name,
                column_name,
                count(*) as rejected_count,
                mode(reason) as main_reason
            from {{ ref('rejected_rows') }}
            where is_in_scope
            group by table_name, column_name
        )

        select
            rejected_counts.*,
            row_counts.row_count,
            rejected_count / row_count as rejected_share
        from rejected_counts
        inner join row_counts
            on rejected_counts.table_name = row_counts.table_name
        where
            rejected_count > {{ var(limit) }} * row_count
            {% if at_most %}
                and rejected_count <= {{ var(at_most) }} * row_count
            {% endif %}
        order by
            rejected_counts.table_name,
            rejected_counts.column_name nulls first
    {% endset %}
    {% if execute and flags.WHICH in ['build', 'test'] %}
        {% set sentences = [] %}
        {% for row in run_query(query).rows %}
            {% set column = row['column_name'] %}
            {% set percent = 100 * row['rejected_share'] %}
            {% do sentences.append(
                ('column ' ~ column ~ ' of ' if column else '')
                ~ 'table ' ~ row['table_name'] ~ ': '
                ~ ('{:.0f}' if percent > 10 else '{:.2g}').format(percent)
                ~ ' % of its ' ~ ('values' if column else 'rows') ~ ' ('
                ~ '{:,}'.format(row['rejected_count'] | int) ~ ' of '
                ~ '{:,}'.format(row['row_count'] | int)
                ~ ") cannot be used, most often for the reason '" ~ row['main_reason']
                ~ "': correct the " ~ ('column' if column else 'table')
                ~ ', or raise var ' ~ limit ~ ' (' ~ var(limit)
                ~ '); rejected_rows lists them'
            ) %}
        {% endfor %}
        {% if sentences and not at_most %}
            {% do exceptions.raise_compiler_error(sentences | join('\n')) %}
        {% elif sentences %}
            {% do exceptions.warn(sentences | join('\n')) %}
        {% endif %}
    {% endif %}
    {{ query }}
{% endmacro %}
