{{ config(severity='warn') }}
{% set query %}
    select
        ticker,
        date,
        lasting_move
    from {{ ref('base_daily_adjusted') }}
    where ticker <> 'SPY' and reason is null and lasting_move is not null
    order by abs(ln(lasting_move)) desc, ticker asc, date asc
{% endset %}

{% if execute and flags.WHICH in ['build', 'test'] %}
    {% set moves = run_query(query).rows %}
    {% if moves %}
        {% set examples = [] %}
        {% for row in moves[:5] %}
            {% do examples.append(
                row['ticker'] ~ ' on ' ~ row['date'] ~ ' (times '
                ~ '{:.3g}'.format(row['lasting_move']) ~ ')'
            ) %}
        {% endfor %}
        {% do exceptions.warn(
            'table daily_adjusted: a day changed adjClose more than threefold, '
            ~ 'and for good, '
            ~ (
                'once' if moves | length == 1
                else '{:,} times'.format(moves | length)
            ) ~ ': ' ~ examples | join(', ')
            ~ (', …' if moves | length > 5 else '')
            ~ '; it is used as it is: correct the prices before it if that was '
            ~ 'a split'
        ) %}
    {% endif %}
{% endif %}

{{ query }}
