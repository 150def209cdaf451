with reported as (

    select * from {{ ref('sec_reported_items') }}

),

items as (

    select distinct
        data_code,
        unit
    from {{ ref('xbrl_items') }}

),

year_ends as (

    select distinct
        cik,
        period_end
    from {{ ref('sec_periods') }}
    where is_year_end

),

as_told as (

    select
        cik,
        data_code,
        priority,
        false as is_annual,
        period_end,
        filed,
        value,
        0 as detour
    from reported
    where num_quarters <= 1
    union all
    select
        reported.cik,
        reported.data_code,
        reported.priority,
        true as is_annual,
        reported.period_end,
        reported.filed,
        reported.value,
        0 as detour
    from reported
    semi join year_ends
        on
            reported.cik = year_ends.cik
            and reported.period_end = year_ends.period_end
    where reported.num_quarters in (0, 4)

),

-- Earnings per share do not add up.
running as (

    select reported.*
    from reported
    inner join items on reported.data_code = items.data_code
    where reported.num_quarters >= 1 and items.unit <> 'USD/shares'

),

spans as (

    select distinct
        cik,
        data_code,
        priority,
        starts_after,
        period_end,
        num_quarters
    from running

),

-- A quarter is a year to date less the one a quarter before, by the same tags.
pairs as (

    select
        longer.cik,
        longer.data_code,
        longer.priority,
        longer.starts_after,
        longer.num_quarters,
        longer.period_end,
        shorter.period_end as shorter_end
    from spans as longer
    inner join spans as shorter
        on
            longer.cik = shorter.cik
            and longer.data_code = shorter.data_code
            and longer.priority = shorter.priority
            and longer.starts_after = shorter.starts_after
            and longer.num_quarters = shorter.num_quarters + 1

),

parts as (

    select
        pairs.*,
        running.filed,
        case
            when running.period_end = pairs.period_end then running.value
        end as longer_value,
        case
            when running.period_end = pairs.shorter_end then running.value
        end as shorter_value,
        running.period_end = pairs.period_end or running.is_amendment as counts
    from pairs
    inner join running
        on
            pairs.cik = running.cik
            and pairs.data_code = running.data_code
            and pairs.priority = running.priority
            and pairs.starts_after = running.starts_after
            and running.period_end in (pairs.period_end, pairs.shorter_end)

),

filings as (

    select
        cik,
        data_code,
        priority,
        starts_after,
        num_quarters,
        period_end,
        shorter_end,
        filed,
        max(longer_value) as longer_value,
        max(shorter_value) as shorter_value,
        bool_or(counts) as counts
    from parts
    group by all

),

both_known as (

    select
        * replace (
            last_value(longer_value ignore nulls) over by_filing
                as longer_value,
            last_value(shorter_value ignore nulls) over by_filing
                as shorter_value
        )
    from filings
    window
        by_filing as (
            partition by
                cik,
                data_code,
                priority,
                starts_after,
                period_end,
                shorter_end
            order by filed
        )

),

-- A year to date that a later report tells anew, for comparison, may have other
-- parts of the company in it than the longer one, until that is told anew too.
-- An amendment counts at once.
in_step as (

    select *
    from both_known
    where longer_value is not null and shorter_value is not null
    qualify
        counts
        or row_number() over (
            partition by
                cik,
                data_code,
                priority,
                starts_after,
                period_end,
                shorter_end
            order by filed
        ) = 1

),

-- Averages weigh as many quarters as they have.
derived as (

    select
        in_step.cik,
        in_step.data_code,
        in_step.priority,
        false as is_annual,
        in_step.period_end,
        in_step.filed,
        case
            when items.unit = 'shares'
                then
                    in_step.num_quarters * in_step.longer_value
                    - (in_step.num_quarters - 1) * in_step.shorter_value
            else in_step.longer_value - in_step.shorter_value
        end as value,
        in_step.num_quarters as detour
    from in_step
    inner join items on in_step.data_code = items.data_code
    -- A split between the two leaves no average.
    where
        items.unit <> 'shares'
        or in_step.longer_value / nullif(in_step.shorter_value, 0)
        between 0.8 and 1.25

),

versions as (

    select * from as_told
    union all
    select * from derived

),

-- The best tags so far: what worse ones tell later is no restatement. What was
-- filed itself counts before a difference.
ordered as (

    select
        *,
        (priority, detour) as place,
        min((priority, detour)) over (
            partition by cik, data_code, is_annual, period_end
            order by filed
        ) as best_place
    from versions

),

daily as (

    select
        cik,
        data_code,
        is_annual,
        period_end,
        filed as known_from,
        max(value) as value
    from ordered
    where place = best_place
    group by cik, data_code, is_annual, period_end, filed

)

select *
from daily
qualify
    value is distinct from lag(value) over (
        partition by cik, data_code, is_annual, period_end
        order by known_from
    )
