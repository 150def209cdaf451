with facts as (

    select * from {{ ref('sec_facts') }}

),

periods as (

    select * from {{ ref('sec_periods') }}

),

companies as (

    select * from {{ ref('sec_companies') }}

),

items as (

    select
        *,
        count(*) filter (where is_required) over (
            partition by data_code, priority
        ) as num_required
    from {{ ref('xbrl_items') }}

),

-- The cover page tells of shares on a day of its own.
reports as (

    select
        cik,
        accession,
        max(period_end) as period_end
    from facts
    where period_start is not null
    group by cik, accession

),

dated as (

    select
        facts.* replace (
            case
                when starts_with(facts.tag, 'dei:') then reports.period_end
                else facts.period_end
            end as period_end
        )
    from facts
    left join reports
        on
            facts.cik = reports.cik
            and facts.accession = reports.accession

),

-- Quarters have 12 to 17 weeks, three of them 36 to 40, years 52 or 53.
in_periods as (

    select
        dated.cik,
        dated.tag,
        dated.unit,
        dated.filed,
        dated.accession,
        dated.value,
        ends.period_end,
        contains(dated.form, '/A') as is_amendment,
        coalesce(befores.period_end, ends.period_end) as starts_after,
        round((ends.period_end - starts_after) / 91.3125) as num_quarters
    from dated
    inner join periods as ends
        on
            dated.cik = ends.cik
            and dated.period_end = ends.reported_date
    left join periods as befores
        on
            dated.cik = befores.cik
            and dated.period_start - 1 = befores.reported_date
    where
        dated.filed > ends.period_end
        and num_quarters <= 4
        and (num_quarters > 0) = (dated.period_start is not null)
        and ends.period_end - starts_after - 91.3125 * num_quarters
        between -24 and 30

),

-- One answer a day: of two filings the later one.
told as (

    select
        in_periods.cik,
        items.data_code,
        items.priority,
        items.tag,
        items.is_required,
        items.num_required,
        in_periods.starts_after,
        in_periods.period_end,
        cast(in_periods.num_quarters as integer) as num_quarters,
        in_periods.filed,
        bool_or(in_periods.is_amendment) as is_amendment,
        arg_max(items.sign * in_periods.value, in_periods.accession) as value
    from in_periods
    inner join companies on in_periods.cik = companies.cik
    inner join items
        on
            in_periods.tag = items.tag
            and in_periods.unit
            = replace(items.unit, 'USD', companies.reporting_currency)
            and (
                items.industry is null
                or companies.accounts = items.industry
            )
            and in_periods.period_end
            between coalesce(items.valid_from, date '1900-01-01')
            and coalesce(items.valid_to, date '9999-12-31')
    group by all

),

-- Tags of one priority add up, each with what was last told of it.
changed as (

    select
        *,
        value - coalesce(lag(value) over by_tag, 0) as step,
        is_required and lag(value) over by_tag is null as is_new_part
    from told
    window
        by_tag as (
            partition by
                cik, data_code, priority, tag, starts_after, period_end
            order by filed
        )

),

daily as (

    select
        cik,
        data_code,
        priority,
        num_required,
        starts_after,
        period_end,
        num_quarters,
        filed,
        bool_or(is_amendment) as is_amendment,
        sum(step) as step,
        count(*) filter (where is_new_part) as new_parts
    from changed
    group by all

),

summed as (

    select
        *,
        sum(step) over by_filing as value,
        sum(new_parts) over by_filing as num_parts
    from daily
    window
        by_filing as (
            partition by cik, data_code, priority, starts_after, period_end
            order by filed
        )

)

select
    cik,
    data_code,
    priority,
    starts_after,
    period_end,
    num_quarters,
    filed,
    is_amendment,
    -- Differences of earnings per share are not exact.
    round(value, 6) as value
from summed
where num_parts = num_required
