{{ config(severity='warn') }}
{# SPY's price counts for five trading days (see int_benchmark). #}
{% set days = 5 %}
{# Prices of stocks from before SPY's first one: SPY began in 1993. #}
{% set early_share = 0.01 %}

{% set query %}
    with benchmark as (

        select * from {{ ref('int_benchmark') }}

    ),

    gaps as (

        select min(date) || ' to ' || max(date) as days
        from benchmark
        where price_age > 0
        group by day_number - price_age
        having max(price_age) > {{ days }}

    ),

    spy_days as (

        select
            date,
            day_number,
            adj_close,
            coalesce(adj_close <> lag(adj_close) over (order by date), true)
                as is_changed
        from benchmark
        where price_age = 0

    ),

    levels as (

        select
            *,
            sum(cast(is_changed as integer)) over (order by date) as level
        from spy_days

    ),

    -- A day on which a few stocks alone have a price is rather theirs to mend.
    scattered as (

        select
            count(*) as day_count,
            min(date) as example
        from (
            select
                *,
                lag(stock_count) over (order by date) as count_before
            from benchmark
        )
        where
            price_age > 0
            and adj_close is not null
            and stock_count > count_before / 2

    ),

    flats as (

        select min(date) || ' to ' || max(date) as days
        from levels
        group by level
        having count(*) > {{ days }}

    ),

    early as (

        select
            sum(stock_count) filter (where price_age is null)
            / sum(stock_count) as share,
            min(date) filter (where price_age = 0) as spy_from
        from benchmark

    )

    select
        'table daily_adjusted: SPY has no price on days on which stocks have ('
        || array_to_string(list_sort(list(days))[:5], ', ')
        || if(count(*) > 5, ', …', '') || '): bring it, or no stock is '
        || 'compared with SPY on those days' as sentence
    from gaps
    having count(*) > 0
    union all
    select
        'table daily_adjusted: SPY has no price on ' || day_count || ' scattered '
        || 'days on which most stocks have, the first ' || example || ': bring '
        || 'it, or delete prices of days without trading'
    from scattered
    where day_count > {{ days }}
    union all
    select
        'table daily_adjusted: SPY has the same price day after day ('
        || array_to_string(list_sort(list(days))[:5], ', ')
        || if(count(*) > 5, ', …', '') || '): bring each day''s own'
    from flats
    having count(*) > 0
    union all
    select
        'table daily_adjusted: the prices of SPY begin on ' || spy_from || ', '
        || cast(100 * share as integer) || ' % of those of the stocks are from '
        || 'before and cannot be used: bring earlier prices of SPY'
    from early
    where share > {{ early_share }}
    order by sentence
{% endset %}
{{ say_sentences(query) }}
