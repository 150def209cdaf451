with statements as (

    select * from {{ ref('base_tiingo_statements') }}

),

-- A year ends with its fourth quarter.
numbered as (

    select
        key,
        is_as_reported,
        fiscal_year,
        fiscal_quarter,
        date,
        fetched_at,
        fiscal_year * 4 + if(fiscal_quarter = 0, 4, fiscal_quarter)
            as quarter_number
    from statements

),

known as (

    select
        key,
        quarter_number,
        arg_max(date, fetched_at) as period_end
    from numbered
    where not is_as_reported
    group by key, quarter_number

),

asked as (

    select distinct
        key,
        fiscal_year,
        fiscal_quarter,
        quarter_number
    from numbered

),

-- Where only the filing is there, its period ends so many quarters before or
-- after one that is known.
nearest as (

    select
        asked.key,
        asked.fiscal_year,
        asked.fiscal_quarter,
        case
            when asked.quarter_number = known.quarter_number
                then known.period_end
            else
                last_day(
                    known.period_end
                    + to_months(
                        3 * (asked.quarter_number - known.quarter_number)
                    )
                )
        end as period_end
    from asked
    inner join known on asked.key = known.key
    qualify
        row_number() over (
            partition by asked.key, asked.fiscal_year, asked.fiscal_quarter
            order by
                abs(asked.quarter_number - known.quarter_number),
                known.quarter_number
        ) = 1

)

select * from nearest
