with sample_dates as (

    select * from {{ ref('int_sample_dates') }}

),

return_sums as (

    select * from {{ ref('int_return_sums') }}

),

valuations as (

    select * from {{ ref('int_valuations') }}

),

quarters as (

    select
        sample_dates.ticker,
        sample_dates.date,
        sample_dates.sample_anchor,
        return_sums.last_price,
        valuations.market_cap,
        case
            when valuations.market_cap > 0 and return_sums.volume_days > 0
                then
                    return_sums.dollar_volume_sum
                    / return_sums.volume_days
                    / valuations.market_cap
        end as turnover
    from sample_dates
    inner join return_sums
        on
            sample_dates.ticker = return_sums.ticker
            and sample_dates.sample_anchor = return_sums.sample_anchor
    left join valuations
        on
            sample_dates.ticker = valuations.ticker
            and sample_dates.date = valuations.date

),

windows as (

    select
        *,
        avg(turnover) over months_12 as mean_turnover_12m,
        count(turnover) over months_12 as quarters_12m,
        avg(turnover) over months_36 as mean_turnover_36m,
        count(turnover) over months_36 as quarters_36m
    from quarters
    window
        months_12 as (
            partition by ticker
            order by sample_anchor
            range between interval 10 months preceding and current row
        ),
        months_36 as (
            partition by ticker
            order by sample_anchor
            range between interval 34 months preceding and current row
        )

)

-- Adjusted prices and volumes are in units that later splits and dividends
-- set: turnover in them means something only against the stock's own past.
-- What the market value grew by and the price did not is issuance less payout
-- (Daniel and Titman, 2006), whatever was split in between.
select
    windows.ticker,
    windows.date,
    case
        when
            windows.quarters_12m >= 2
            and windows.quarters_36m >= 6
            and windows.mean_turnover_12m > 0
            then ln(windows.mean_turnover_12m / windows.mean_turnover_36m)
    end as relative_turnover_12m,
    case
        when windows.market_cap > 0 and year_ago.market_cap > 0
            then
                ln(windows.market_cap / year_ago.market_cap)
                - ln(windows.last_price / year_ago.last_price)
    end as net_issuance_12m
from windows
left join quarters as year_ago
    on
        windows.ticker = year_ago.ticker
        and windows.sample_anchor = year_ago.sample_anchor + interval 12 months
