{{ config(severity='warn') }}
{% set left_out = [
    'bookVal',
    'fxRate',
    'marketCap',
    'enterpriseVal',
    'peRatio',
    'pbRatio',
    'trailingPEG1Y',
] %}
{% set query %}
    select
        data_code,
        count(*) as row_count
    from {{ ref('base_fundamentals_statements') }}
    where
        reason is null
        and not list_contains(
            {{ sql_list(
                statement_items() | map(attribute='data_code')
            ) }},
            data_code
        )
        and not list_contains(
            {{ sql_list(left_out | map('lower')) }}, lower(data_code)
        )
    group by data_code
    order by row_count desc, data_code asc
{% endset %}

{% if execute and flags.WHICH in ['build', 'test'] %}
    {% set unknown = run_query(query).rows %}
    {% if unknown %}
        {% set names = [] %}
        {% for row in unknown[:20] %}
            {% do names.append(
                row['data_code'] ~ ' ('
                ~ '{:,}'.format(row['row_count'] | int) ~ ')'
            ) %}
        {% endfor %}
        {% do exceptions.warn(
            'table fundamentals_statements has '
            ~ (
                'an item that is unknown'
                if unknown | length == 1
                else unknown | length ~ ' items that are unknown'
            ) ~ ' and used by no feature (rows in brackets): '
            ~ names | join(', ') ~ (', …' if unknown | length > 20 else '')
            ~ '; seeds/statement_items.csv lists the known ones'
        ) %}
    {% endif %}
{% endif %}

{{ query }}
