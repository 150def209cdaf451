{{ config(severity='warn') }}
{# Some stocks have no company, some companies no stock; few have neither. #}
{% set share = 0.05 %}

{% set query %}
    with stocks as (

        select ticker
        from {{ ref('stg_supported_tickers') }}
        where asset_type = 'stock'

    ),

    undescribed as (

        select
            count(*) as ticker_count,
            array_to_string(list_sort(list(ticker))[:3], ', ') as examples
        from stocks
        where
            ticker not in (
                select companies.ticker
                from {{ ref('stg_fundamentals_meta') }} as companies
            )

    ),

    unlisted as (

        select
            count(*) as ticker_count,
            array_to_string(list_sort(list(ticker))[:3], ', ') as examples
        from (
            select distinct ticker
            from {{ ref('base_fundamentals_meta') }}
            where reason = 'ticker has no listing'
        )

    ),

    needed as (

        select string_agg(distinct reporting_currency, ', ') as currencies
        from {{ ref('int_companies') }}
        where reporting_currency <> 'USD'

    ),

    given as (

        select
            array_to_string(
                list_sort(list(distinct rates.currency))[:5], ', '
            ) as currencies,
            count_if(
                rates.currency in (
                    select companies.reporting_currency
                    from {{ ref('int_companies') }} as companies
                )
            ) as used_count
        from {{ ref('stg_exchange_rates') }} as rates

    )

    select
        'table fundamentals_meta has no row for ' || undescribed.ticker_count
        || ' of ' || (select count(*) from stocks) || ' stocks ('
        || undescribed.examples || ', …), so their sector is unknown, and rows '
        || 'of ' || unlisted.ticker_count || ' tickers without a listing ('
        || unlisted.examples || ', …): write tickers as table '
        || 'supported_tickers does' as sentence
    from undescribed
    cross join unlisted
    where
        least(undescribed.ticker_count, unlisted.ticker_count)
        > {{ share }} * (select count(*) from stocks)
    union all
    select
        'table exchange_rates has rates of ' || given.currencies || ', and none '
        || 'of the currencies in which companies report (' || needed.currencies
        || '): write them alike, or bring their rates'
    from needed
    cross join given
    where needed.currencies is not null and given.used_count = 0
        and given.currencies is not null
    order by sentence
{% endset %}
{{ say_sentences(query) }}
