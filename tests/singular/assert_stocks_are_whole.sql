{{ config(severity='warn') }}
{#
  Stocks end one by one. Of 550 real ones, 2005-2024, two at most ended in one
  month, and 3 % of those of the built-in market.
#}
{% set pile_share = 0.1 %}
{% set pile_size = 5 %}
{#
  A year has about 252 trading days. Below the first, the build stops (see
  assert_stocks_trade_at_prices_of_their_own).
#}
{% set prices_a_year = [150, 240] %}
{# So few prices may be the same, or those of another stock, by chance. #}
{% set prices_by_chance = 20 %}

{% set query %}
    with stocks as (

        select * from {{ ref('int_price_histories') }}
        where ticker <> 'SPY'

    ),

    market_end as (

        select * from {{ ref('int_market_end') }}

    ),

    months as (

        select
            date_trunc('month', last_date) as month,
            count(*) as ended_count,
            min(ticker) as example
        from stocks
        group by month

    ),

    piles as (

        select
            months.*,
            (
                select count(*)
                from stocks
                where
                    stocks.last_date >= months.month
                    and stocks.first_date < months.month + interval 1 month
            ) as stock_count
        from months
        cross join market_end
        where
            months.ended_count >= {{ pile_size }}
            and date_trunc('month', market_end.stocks_until) <> months.month

    ),

    strays as (

        select
            stocks.ticker,
            stocks.last_date,
            greatest(market_end.stocks_until, market_end.spy_until)
                as market_until
        from stocks
        cross join market_end
        where stocks.last_date > market_until + {{ var('last_price_gap') }}
        order by stocks.last_date desc, stocks.ticker asc
        limit 5

    ),

    middle as (

        select cast(median(yearly_prices) as integer) as yearly_prices
        from stocks
        where last_date - first_date >= 365

    ),

    constants as (

        select
            count(*) as stock_count,
            array_to_string(list_sort(list(ticker))[:5], ', ') as examples
        from stocks
        where
            lowest_price = highest_price
            and price_count >= {{ prices_by_chance }}

    ),

    untraded as (

        select
            count(*) as stock_count,
            array_to_string(list_sort(list(ticker))[:5], ', ') as examples
        from stocks
        where highest_volume = 0 and price_count >= {{ prices_by_chance }}

    ),

    copies as (

        select string_agg(ticker, ' = ' order by ticker) as tickers
        from stocks
        where
            lowest_price < highest_price
            and price_count >= {{ prices_by_chance }}
        group by
            first_date, last_date, price_count, lowest_price, highest_price
        having count(*) > 1

    ),

    copy_examples as (

        select
            count(*) as copy_count,
            array_to_string(list_sort(list(tickers))[:5], ', ') as examples
        from copies

    )

    select
        'table daily_adjusted: the prices of ' || ended_count || ' of '
        || stock_count || ' stocks end in ' || strftime(month, '%B %Y')
        || ', for instance those of ' || example || ': bring the later ones, or '
        || 'they count as delisted' as sentence
    from piles
    where ended_count >= {{ pile_share }} * stock_count
    union all
    select
        'table daily_adjusted: the last price of ' || ticker || ' is of '
        || last_date || ', those of the market of ' || market_until
        || ': delete what is later, or bring that of the others'
    from strays
    union all
    select
        'table daily_adjusted: half of the stocks have at most '
        || yearly_prices || ' prices a year, of about 252 trading days: bring '
        || 'the days that are missing'
    from middle
    where yearly_prices between {{ prices_a_year | join(' and ') }}
    union all
    select
        'table daily_adjusted: adjClose never changes for ' || stock_count
        || if(stock_count = 1, ' stock (', ' stocks (') || examples
        || if(stock_count > 5, ', …', '') || '): bring each day''s price'
    from constants
    where stock_count > 0
    union all
    select
        'table daily_adjusted: adjVolume is zero on all days of '
        || stock_count || if(stock_count = 1, ' stock (', ' stocks (')
        || examples || if(stock_count > 5, ', …', '') || '): bring each day''s '
        || 'volume, or leave it empty where it is not known'
    from untraded
    where stock_count > 0
    union all
    select
        'table daily_adjusted: stocks have the same prices as others ('
        || examples || if(copy_count > 5, ', …', '')
        || '): bring each stock''s own, or leave one of them'
    from copy_examples
    where copy_count > 0
    order by sentence
{% endset %}
{{ say_sentences(query) }}
