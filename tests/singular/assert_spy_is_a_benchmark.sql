{#
  SPY ended 0.3 % of its days, 2005-2024, at the price of the day before.
#}
{% set unchanged_share = 0.1 %}
{#
  Of the stocks' prices, those of days on which SPY has none: none in the same
  years.
#}
{% set missing_share = 0.05 %}

{% set query %}
    with steps as (

        select
            date,
            lasting_move
        from {{ ref('base_daily_adjusted') }}
        where ticker = 'SPY' and lasting_move is not null

    ),

    spy_days as (

        select
            date,
            adj_close = lag(adj_close) over (order by date) as is_unchanged
        from {{ ref('int_benchmark') }}
        where price_age = 0

    ),

    unchanged as (

        select count_if(is_unchanged) / count(*) as share
        from spy_days

    ),

    missing as (

        select
            sum(stock_count) filter (where price_age > 0) / sum(stock_count)
                as share
        from {{ ref('int_benchmark') }}
        where date <= (select max(date) from spy_days) and price_age is not null

    )

    select
        'table daily_adjusted: adjClose of SPY becomes '
        || format('{:.3g}', lasting_move) || ' times what it was on ' || date
        || ' and stays there, further than SPY can move in a day: adjust the '
        || 'prices before it where that was a split, or correct those that are '
        || 'wrong'
            as sentence
    from steps
    union all
    select
        'table daily_adjusted: SPY has the price of the day before on '
        || cast(100 * share as integer) || ' % of its days: bring its own adjusted '
        || 'closing price of each day'
    from unchanged
    where share > {{ unchanged_share }}
    union all
    select
        'table daily_adjusted: SPY has no price on days of which '
        || cast(100 * share as integer) || ' % of the stocks'' prices are: bring its '
        || 'price of every trading day'
    from missing
    where share > {{ missing_share }}
    order by sentence
{% endset %}
{{ say_sentences(query, stops=true) }}
