{#
  Quarters have 12 to 17 weeks, years 52 or 53: as many days a period ends at
  most from where it would if all quarters were equally long.
#}
{% set quarter_tolerance = 28 %}
{% set year_tolerance = 15 %}
{# Nearer than this, two period ends are one, dated in two ways. #}
{% set same_end = 15 %}
{# A period that is this short is no quarter, or no year. #}
{% set short_quarter = 75 %}
{% set short_year = 330 %}
{# Four years behind the newest period, which may be more than a year old. #}
{% set longest_ago = 2000 %}

with sample_dates as (

    select * from {{ ref('int_sample_dates') }}

),

versions as (

    select
        ticker,
        is_annual,
        period_end,
        known_from
    from {{ ref('int_statement_versions') }}

),

known as (

    select
        sample_dates.ticker,
        sample_dates.date,
        versions.is_annual,
        versions.period_end,
        max(versions.known_from) as known_from
    from sample_dates
    inner join versions
        on
            sample_dates.ticker = versions.ticker
            and sample_dates.date >= versions.known_from
            and sample_dates.date - versions.period_end <= {{ longest_ago }}
    group by
        sample_dates.ticker,
        sample_dates.date,
        versions.is_annual,
        versions.period_end

),

newest as (

    select
        ticker,
        date,
        is_annual,
        max(period_end) as newest_end
    from known
    group by ticker, date, is_annual

),

-- A statement counts until the next annual one is overdue.
counting as (

    select *
    from newest
    where
        date - newest_end
        <= {{ 366 + var('annual_filing_lag') + var('late_filing_days') }}

),

-- Quarters come first, unless a year has ended since the newest of them.
ordered as (

    select
        *,
        is_annual = coalesce(
            max(newest_end) filter (where is_annual) over by_date
            - max(newest_end) filter (where not is_annual) over by_date
            >= {{ same_end }},
            is_annual
        ) as is_preferred
    from counting
    window by_date as (partition by ticker, date)

),

spaced as (

    select
        *,
        period_end - lag(period_end) over (
            partition by ticker, date, is_annual
            order by period_end
        ) as days_long
    from known

),

numbered as (

    select
        spaced.ticker,
        spaced.date,
        spaced.is_annual,
        spaced.period_end,
        spaced.known_from,
        ordered.is_preferred,
        ordered.newest_end - spaced.period_end as days_ago,
        cast(
            if(
                spaced.is_annual,
                4 * round(days_ago / 365.25),
                round(days_ago / 91.3125)
            ) as integer
        ) as quarters_ago,
        abs(days_ago - 91.3125 * quarters_ago) as days_off,
        coalesce(
            spaced.days_long between {{ same_end }} and if(
                spaced.is_annual, {{ short_year }}, {{ short_quarter }}
            ),
            false
        ) as is_transition
    from spaced
    inner join ordered
        on
            spaced.ticker = ordered.ticker
            and spaced.date = ordered.date
            and spaced.is_annual = ordered.is_annual

)

select
    ticker,
    date,
    is_annual,
    quarters_ago,
    period_end,
    known_from,
    is_preferred,
    is_transition
from numbered
where
    quarters_ago < 16
    and days_off <= if(
        quarters_ago % 4 = 0, {{ year_tolerance }}, {{ quarter_tolerance }}
    )
qualify
    row_number() over (
        partition by ticker, date, is_annual, quarters_ago
        order by days_off asc, period_end desc
    ) = 1
