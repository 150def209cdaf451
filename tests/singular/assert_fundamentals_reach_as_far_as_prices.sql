{{ config(severity='warn') }}
{# Of 245 real stocks, a quarter have no market value, a tenth no statement. #}
{% set missing_share = 0.5 %}
{# None of 534 real stocks. #}
{% set later_share = 0.1 %}
{# From then on, no statement counts: see int_known_periods. #}
{% set overdue = 366 + var('annual_filing_lag') + var('late_filing_days') %}

{% set query %}
    with market_end as (

        select date as market_until from {{ ref('int_market_end') }}

    ),

    market_values as (

        select
            ticker,
            max(date) as valued_until
        from {{ ref('stg_fundamentals_daily') }}
        where market_cap is not null
        group by ticker

    ),

    statements as (

        select
            ticker,
            max(period_end) as stated_until
        from {{ ref('stg_fundamentals_statements') }}
        group by ticker

    ),

    stocks as (

        select
            market_end.market_until,
            coalesce(
                market_values.valued_until
                < market_end.market_until - {{ var('last_price_gap') }},
                true
            ) as is_unvalued,
            coalesce(
                statements.stated_until
                < market_end.market_until - {{ overdue }},
                true
            ) as is_unstated,
            coalesce(
                statements.stated_until
                > market_end.market_until + {{ var('last_price_gap') }},
                false
            ) as is_stated_later
        from {{ ref('int_price_histories') }} as histories
        cross join market_end
        left join market_values on histories.ticker = market_values.ticker
        left join statements on histories.ticker = statements.ticker
        where
            histories.ticker <> 'SPY'
            and histories.last_date
            >= market_end.market_until - {{ var('last_price_gap') }}

    ),

    counted as (

        select
            count(*) as stock_count,
            count_if(is_unvalued) as unvalued_count,
            count_if(is_unstated) as unstated_count,
            count_if(is_stated_later) as stated_later_count,
            ' of ' || count(*) || ' stocks with prices until '
            || max(market_until) as of_stocks
        from stocks

    )

    select
        'table fundamentals_daily has no marketCap of the '
        || '{{ var("last_price_gap") }} days before for ' || unvalued_count
        || of_stocks || ', so what compares prices with statements is '
        || 'missing: bring the newer values' as sentence
    from counted
    where unvalued_count > {{ missing_share }} * stock_count
    union all
    select
        'table fundamentals_statements has no period of the {{ overdue }} days '
        || 'before for ' || unstated_count || of_stocks || ', and older ones do '
        || 'not count: bring the newer statements'
    from counted
    where unstated_count > {{ missing_share }} * stock_count
    union all
    select
        'table fundamentals_statements has periods that ended more than '
        || '{{ var("last_price_gap") }} days later for ' || stated_later_count
        || of_stocks || ': bring the newer prices'
    from counted
    where stated_later_count > {{ later_share }} * stock_count
    order by sentence
{% endset %}
{{ say_sentences(query) }}
