with weekdays as (

    select cast(day as date) as date
    from
        generate_series(
            {{ simulated_first_day() }},
            {{ simulated_last_day() }},
            interval '1 day'
        ) as days (day)
    where isodow(day) <= 5

),

trading_days as (

    select date
    from weekdays
    where
        not (
            {{ is_fixed_holiday('date', 1, 1) }}
            or {{ is_weekday_holiday('date', 1, 1, 3) }}
            or {{ is_weekday_holiday('date', 2, 1, 3) }}
            or {{ is_weekday_holiday('date', 5, 1, 5) }}
            or (
                -- The exchanges have kept Juneteenth since 2022.
                year(date) >= 2022
                and {{ is_fixed_holiday('date', 6, 19) }}
            )
            or {{ is_fixed_holiday('date', 7, 4) }}
            or {{ is_weekday_holiday('date', 9, 1, 1) }}
            or {{ is_weekday_holiday('date', 11, 4, 4) }}
            or {{ is_fixed_holiday('date', 12, 25) }}
        )

),

numbered as (

    select
        date,
        cast(date_trunc('quarter', date) as date) as quarter_start,
        cast(row_number() over (order by date) as integer) as day_number
    from trading_days

)

select
    date,
    quarter_start,
    day_number,
    cast(
        row_number() over (partition by quarter_start order by date) as integer
    ) as day_of_quarter
from numbered
order by date
