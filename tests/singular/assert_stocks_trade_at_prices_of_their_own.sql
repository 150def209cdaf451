{# A year has about 252 trading days, and 52 weeks. #}
{% set prices_a_year = 150 %}
{# So few prices may be the same, or those of another stock, by chance. #}
{% set prices_by_chance = 20 %}

{% set query %}
    with stocks as (

        select
            *,
            lowest_price = highest_price as is_constant,
            count(*) over (
                partition by
                    first_date,
                    last_date,
                    price_count,
                    lowest_price,
                    highest_price
            ) > 1 as is_copy
        from {{ ref('int_price_histories') }}
        where ticker <> 'SPY'

    ),

    middle as (

        select cast(median(yearly_prices) as integer) as yearly_prices
        from stocks
        where last_date - first_date >= 365

    ),

    kinds as (

        select
            count(*) as stock_count,
            count_if(is_constant) as constant_count,
            count_if(is_copy and not is_constant) as copy_count
        from stocks
        where price_count >= {{ prices_by_chance }}

    )

    select
        'table daily_adjusted: half of the stocks have at most '
        || yearly_prices || ' prices a year: bring the price of every '
        || 'trading day, of which a year has about 252' as sentence
    from middle
    where yearly_prices < {{ prices_a_year }}
    union all
    select
        'table daily_adjusted: adjClose never changes for ' || constant_count
        || ' of ' || stock_count || ' stocks: bring each day''s price'
    from kinds
    where constant_count > stock_count / 2
    union all
    select
        'table daily_adjusted: ' || copy_count || ' of ' || stock_count
        || ' stocks have the same prices as another: bring each stock''s own'
    from kinds
    where copy_count > stock_count / 2
    order by sentence
{% endset %}
{{ say_sentences(query, stops=true) }}
