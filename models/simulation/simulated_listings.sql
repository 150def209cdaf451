with companies as (

    select * from {{ ref('simulated_companies') }}

),

trading_days as (

    select * from {{ ref('simulated_trading_days') }}

),

spans as (

    select
        ticker,
        sector,
        quarterly_dividend_yield,
        case
            when
                {{ simulated_uniform('listed from the start', 'ticker') }} < 0.6
                then {{ simulated_first_day() }}
            -- No listing in the last year: each has a year of prices.
            else {{ simulated_first_day() }} + cast(
                floor(
                    (
                        {{ simulated_last_day() }} - {{ simulated_first_day() }}
                        - 365
                    ) * {{ simulated_uniform('listing', 'ticker') }}
                ) as integer
            )
        end as listed_from,
        -- A constant hazard of 3.2 % a year after a first year and a half.
        548 + cast(
            floor(
                -ln({{ simulated_uniform('lifetime', 'ticker') }})
                / 0.032 * 365.25
            ) as integer
        ) as days_listed
    from companies

),

day_numbers as (

    select
        spans.ticker,
        spans.sector,
        spans.quarterly_dividend_yield,
        min(trading_days.day_number) as first_day_number,
        max(trading_days.day_number) as last_day_number,
        min(trading_days.date) as start_date,
        max(trading_days.date) as end_date
    from spans
    inner join trading_days
        on
            spans.listed_from <= trading_days.date
            and spans.listed_from + spans.days_listed >= trading_days.date
    group by
        spans.ticker,
        spans.sector,
        spans.quarterly_dividend_yield

),

exits as (

    select
        *,
        case
            when
                end_date = (select max(trading_days.date) from trading_days)
                then null
            when {{ simulated_uniform('exit', 'ticker') }} < 0.5 then 'crash'
            else 'takeover'
        end as exit_kind
    from day_numbers

),

stocks as (

    select
        ticker,
        sector,
        start_date,
        end_date,
        first_day_number,
        last_day_number,
        exit_kind,
        case
            when {{ simulated_uniform('exchange', 'ticker') }} < 0.55
                then 'NYSE'
            when {{ simulated_uniform('exchange', 'ticker') }} < 0.97
                then 'NASDAQ'
            else 'AMEX'
        end as exchange,
        'Stock' as asset_type,
        cast(
            case exit_kind
                when 'crash'
                    then {{ simulated_between(60, 180, 'crash', 'ticker') }}
                when 'takeover'
                    then {{ simulated_between(30, 90, 'deal', 'ticker') }}
            end as integer
        ) as exit_days,
        case exit_kind
            when 'crash'
                then ln(1 - ({{ simulated_between(
                    0.50, 0.95, 'crash size', 'ticker'
                ) }}))
            when 'takeover'
                then ln(1 + {{ simulated_between(
                    0.15, 0.45, 'premium', 'ticker'
                ) }})
        end as exit_return_ln,
        {{ simulated_between(0.5, 1.6, 'beta', 'ticker') }} as beta,
        {{ simulated_between(0.18, 0.45, 'volatility', 'ticker') }}
            as idiosyncratic_volatility,
        -- The level all stocks share. With the crashes it leaves the mean log
        -- excess over SPY at about -0.03 a year, as in reality. It is the
        -- same for all, so that the planted parts are all there is to learn.
        -0.018 as common_drift_ln,
        round(
            35 * exp(0.5 * {{ simulated_normal('first price', 'ticker') }}), 2
        ) as first_price,
        -- New companies are dearer by the market's growth since 2005.
        least(
            greatest(
                exp(
                    ln(2.2e9)
                    + 1.05 * {{ simulated_normal('first size', 'ticker') }}
                ), 3e8
            ), 6e10
        ) * exp(0.06 * (year(start_date) - 2005)) as first_market_cap,
        -0.03 + 0.05 * {{ simulated_uniform('dilution', 'ticker') }}
            as dilution_ln,
        case
            when {{ simulated_uniform('split ratio', 'ticker') }} < 0.75 then 2
            else 3
        end as split_ratio,
        {{ simulated_between(90, 350, 'split price', 'ticker') }}
            as split_price,
        quarterly_dividend_yield,
        {{ simulated_between('ln(0.002)', 'ln(0.015)', 'turnover', 'ticker') }}
            as turnover_ln,
        -- Trading day of each quarter on which the last one is announced.
        cast(
            {{ simulated_between(8, 40, 'announcement', 'ticker') }} as integer
        ) as announcement_day,
        -- The one day of a quarter on which shares split or go ex dividend.
        cast(
            {{ simulated_between(15, 55, 'share event', 'ticker') }} as integer
        ) as share_event_day
    from exits

),

benchmark as (

    select
        'SPY' as ticker,
        null as sector,
        min(date) as start_date,
        max(date) as end_date,
        min(day_number) as first_day_number,
        max(day_number) as last_day_number,
        null as exit_kind,
        'NYSE ARCA' as exchange,
        'ETF' as asset_type,
        null as exit_days,
        null as exit_return_ln,
        1 as beta,
        0 as idiosyncratic_volatility,
        0 as common_drift_ln,
        125 as first_price,
        9e10 as first_market_cap,
        0 as dilution_ln,
        2 as split_ratio,
        -- Never reached: funds seldom split.
        1e9 as split_price,
        0.0045 as quarterly_dividend_yield,
        ln(0.10) as turnover_ln,
        20 as announcement_day,
        53 as share_event_day
    from trading_days
    -- None where dbt builds without rows.
    having count(*) > 0

),

listings as (

    select * from stocks
    union all by name
    select * from benchmark

)

select
    *,
    first_market_cap / first_price as first_shares
from listings
order by ticker
