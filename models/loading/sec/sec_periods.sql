{# Days by which companies date the same day differently, at most. #}
{% set same_day = 10 %}
{# A first quarter ends at most so many days before its year. #}
{% set longest_rest = 320 %}
{# A last quarter may end so many days after the year would, or before. #}
{% set year_tolerance = 45 %}

with facts as (

    select * from {{ ref('sec_facts') }}

),

companies as (

    select * from {{ ref('sec_companies') }}

),

-- The day before a period starts, another ended.
dates as (

    select
        cik,
        period_end as reported_date,
        count(*) as mentions,
        bool_or(
            period_end - period_start between 345 and 385
            and regexp_matches(form, '^(10-K|20-F|40-F)')
        ) as is_year_end
    from facts
    where period_start is not null
    group by cik, period_end
    union all
    select
        cik,
        period_start - 1 as reported_date,
        0 as mentions,
        false as is_year_end
    from facts
    where period_start is not null
    group by cik, period_start

),

merged as (

    select
        cik,
        reported_date,
        sum(mentions) as mentions,
        bool_or(is_year_end) as is_year_end,
        coalesce(
            reported_date - lag(reported_date) over (
                partition by cik order by reported_date
            ) > {{ same_day }},
            true
        ) as is_other_day
    from dates
    group by cik, reported_date

),

numbered as (

    select
        *,
        count(*) filter (where is_other_day) over (
            partition by cik order by reported_date
        ) as day_number
    from merged

),

-- Most filings are right.
periods as (

    select
        cik,
        reported_date,
        first_value(reported_date) over by_mentions as period_end,
        bool_or(is_year_end) over (partition by cik, day_number) as is_year_end
    from numbered
    window
        by_mentions as (
            partition by cik, day_number
            order by mentions desc, reported_date desc
        )

),

year_ends as (

    select distinct
        cik,
        period_end as year_end
    from periods
    where is_year_end

),

-- Without a year, what the company says of its fiscal year, or December.
first_year_ends as (

    select
        companies.cik,
        coalesce(
            try_cast('2000-' || companies.fiscal_year_end as date),
            date '2000-12-31'
        ) as year_end
    from companies
    anti join year_ends on companies.cik = year_ends.cik

),

known_year_ends as (

    select * from year_ends
    union all
    select * from first_year_ends

),

with_next as (

    select
        periods.*,
        next_year_ends.year_end as next_year_end
    from periods
    asof left join known_year_ends as next_year_ends
        on
            periods.cik = next_year_ends.cik
            and periods.period_end <= next_year_ends.year_end

),

with_last as (

    select
        with_next.*,
        last_year_ends.year_end as last_year_end,
        ceil(
            (
                with_next.period_end
                - last_year_ends.year_end
                - {{ year_tolerance }}
            ) / 365.25
        ) as years_later
    from with_next
    asof left join known_year_ends as last_year_ends
        on
            with_next.cik = last_year_ends.cik
            and with_next.period_end >= last_year_ends.year_end

),

-- A year that has not ended ends when the last one did, some years later.
with_year as (

    select
        *,
        cast(
            case
                when next_year_end - period_end < {{ longest_rest }}
                    then next_year_end
                when last_year_end is not null
                    then
                        last_year_end
                        + cast(round(365.25 * years_later) as integer)
                else
                    next_year_end - cast(
                        365.25 * floor(
                            (next_year_end - period_end + {{ year_tolerance }})
                            / 365.25
                        ) as integer
                    )
            end as date
        ) as year_end
    from with_last

)

select
    cik,
    reported_date,
    period_end,
    is_year_end,
    cast(extract(year from year_end - 7) as integer) as fiscal_year,
    cast(
        least(
            greatest(4 - round((year_end - period_end) / 91.3125), 1), 4
        ) as integer
    ) as fiscal_quarter
from with_year
