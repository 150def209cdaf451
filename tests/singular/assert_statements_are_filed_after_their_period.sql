{{ config(severity='warn') }}
{# A company closes its books first: of 550 real ones, the median lag is 38. #}
{% set shortest_lag = 5 %}
{# The latest that the SEC allows is four months, for foreign companies. #}
{% set longest_lag = 180 %}

{% set query %}
    with periods as (

        select
            min(if(is_filed_at_end, 0, filing_date - period_end)) as lag_days
        from {{ ref('base_fundamentals_statements') }}
        where reason is null
        group by ticker, period_end, fiscal_quarter = 0

    ),

    lags as (

        select
            cast(median(lag_days) as integer) as median_lag,
            count_if(lag_days = 0) as unfiled_count,
            count(lag_days) as period_count
        from periods

    ),

    remedy as (

        select
            'filing_date of table fundamentals_statements' as place,
            'correct it, or leave it empty where it is not known: then '
            || 'quarters count as known {{ var("quarterly_filing_lag") }} '
            || 'days after date, years {{ var("annual_filing_lag") }} days'
                as words

    )

    select
        remedy.place || ' equals date for '
        || format('{:,}', lags.unfiled_count) || ' of '
        || format('{:,}', lags.period_count) || ' periods, and is taken as '
        || 'unknown there: ' || remedy.words as sentence
    from lags
    cross join remedy
    where
        lags.unfiled_count
        > {{ var('rejected_share_warn') }} * lags.period_count
    union all
    select
        remedy.place || ' is ' || format('{:,}', lags.median_lag)
        || if(lags.median_lag = 1, ' day', ' days') || ' after date, in the '
        || 'middle of ' || format('{:,}', lags.period_count) || ' periods, '
        || if(
            lags.median_lag < {{ shortest_lag }},
            'sooner than companies file',
            'later than companies may file'
        )
        || ': ' || remedy.words
    from lags
    cross join remedy
    where
        lags.median_lag between 1 and {{ shortest_lag - 1 }}
        or lags.median_lag > {{ longest_lag }}
{% endset %}
{{ say_sentences(query) }}
