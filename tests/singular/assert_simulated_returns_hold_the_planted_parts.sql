with daily as (

    select
        ticker,
        quarter_start,
        total_return_ln - lag(total_return_ln) over (
            partition by ticker
            order by date
        ) as return_ln
    from {{ ref('simulated_returns') }}

),

returns as (

    select
        ticker,
        quarter_start,
        count(return_ln) / 252 as years,
        sum(return_ln) as return_ln
    from daily
    group by ticker, quarter_start

),

parts as (

    unpivot {{ ref('planted_excess_returns') }}
    on value_part, profitability_part, momentum_part
    into name part value planted_ln

),

-- Less the mean of the quarter, since the market moves all stocks.
centred as (

    select
        parts.part,
        returns.return_ln
        - avg(returns.return_ln) over in_quarter as return_ln,
        parts.planted_ln * returns.years
        - avg(parts.planted_ln * returns.years) over in_quarter as planted_ln
    from parts
    inner join returns
        on
            parts.ticker = returns.ticker
            and parts.quarter_start = returns.quarter_start
    window in_quarter as (partition by parts.part, parts.quarter_start)

),

slopes as (

    select
        part,
        regr_slope(return_ln, planted_ln) as slope,
        sqrt(
            (1 / regr_r2(return_ln, planted_ln) - 1)
            / (regr_count(return_ln, planted_ln) - 2)
        ) * abs(regr_slope(return_ln, planted_ln)) as standard_error
    from centred
    group by part

)

-- A return gains as much as is planted: the slope is 1, within the error of
-- its estimate.
select
    part,
    slope,
    standard_error
from slopes
where abs(slope - 1) > 4 * standard_error
