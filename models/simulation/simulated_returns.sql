with listings as (

    select * from {{ ref('simulated_listings') }}

),

market_days as (

    select * from {{ ref('simulated_market_days') }}

),

sector_days as (

    select * from {{ ref('simulated_sector_days') }}

),

company_quarters as (

    select * from {{ ref('simulated_company_quarters') }}

),

planted as (

    select * from {{ ref('planted_excess_returns') }}

),

quarters as (

    select
        quarter_start,
        min(day_number) as first_day_number,
        max(day_number) as last_day_number
    from market_days
    group by quarter_start

),

-- What a ticker's return has in common over a quarter, per trading day. SPY
-- has neither a planted part nor news.
ticker_quarters as (

    select
        listings.*,
        quarters.quarter_start,
        coalesce(
            (listings.common_drift_ln + planted.planted_excess_return_ln) / 252,
            0
        ) as drift_ln,
        -- Four tenths of the idiosyncratic variance come with the news of
        -- one day: nobody can read the quarter's news from its first weeks.
        coalesce(
            sqrt(0.4 / 4) * listings.idiosyncratic_volatility
            * company_quarters.news_shock, 0
        ) as news_ln
    from listings
    inner join quarters
        on
            listings.first_day_number <= quarters.last_day_number
            and listings.last_day_number >= quarters.first_day_number
    left join planted
        on
            listings.ticker = planted.ticker
            and quarters.quarter_start = planted.quarter_start
    left join company_quarters
        on
            planted.ticker = company_quarters.ticker
            and planted.quarter_start = company_quarters.quarter_start

),

-- By quarter: joining days to tickers by a range and to their quarters later
-- would put all daily rows into a hash table.
listed_days as (

    select
        ticker_quarters.ticker,
        ticker_quarters.sector,
        ticker_quarters.beta,
        ticker_quarters.exit_kind,
        ticker_quarters.exit_days,
        ticker_quarters.exit_return_ln,
        ticker_quarters.announcement_day,
        ticker_quarters.drift_ln,
        ticker_quarters.news_ln,
        market_days.date,
        market_days.day_of_quarter,
        market_days.market_surprise_ln,
        market_days.day_number = ticker_quarters.first_day_number
            as is_first_day,
        ticker_quarters.last_day_number - market_days.day_number as days_left,
        sqrt(0.6 / 252 * market_days.volatility_factor)
        * ticker_quarters.idiosyncratic_volatility as daily_volatility,
        {{ simulated_bits(
            'stock', 'ticker_quarters.ticker', 'market_days.day_number'
        ) }} as bits
    from ticker_quarters
    inner join market_days
        on
            ticker_quarters.quarter_start = market_days.quarter_start
            and ticker_quarters.first_day_number <= market_days.day_number
            and ticker_quarters.last_day_number >= market_days.day_number

),

noise as (

    select
        *,
        {{ normal_from_bits('bits', 'cos') }} as return_noise,
        {{ normal_from_bits('bits', 'sin') }} as activity_noise,
        -- Once a takeover is announced, the price stays near the offer.
        case
            when exit_kind = 'takeover' and days_left < exit_days then 0.1
            else 1
        end as exposure,
        case
            when exit_kind = 'takeover' and days_left = exit_days
                then exit_return_ln
            when exit_kind = 'crash' and days_left < exit_days
                then exit_return_ln / exit_days
            else 0
        end as exit_ln
    from listed_days

),

returns as (

    select
        noise.ticker,
        noise.date,
        0.4 * noise.activity_noise + 0.35 * abs(noise.return_noise) - 0.35
            as activity_ln,
        case
            when noise.is_first_day then 0
            else
                -- SPY earns 0.08 a year. All stocks earn as much at any beta:
                -- a steeper line would be a fourth planted part.
                0.08 / 252
                + noise.exit_ln
                + noise.exposure * (
                    noise.beta * noise.market_surprise_ln
                    + coalesce(sector_days.sector_surprise_ln, 0)
                    -- A normal number of random scale has fat tails; the same
                    -- scale raises the volume.
                    + noise.daily_volatility * noise.return_noise
                    * exp(0.4 * noise.activity_noise - 0.4 * 0.4)
                    + noise.drift_ln
                    + case
                        when noise.day_of_quarter = noise.announcement_day
                            then noise.news_ln
                        else 0
                    end
                )
        end as return_ln
    from noise
    left join sector_days
        on
            noise.sector = sector_days.sector
            and noise.date = sector_days.date

)

-- Sums in fixed point: those of doubles may change with the thread count. The
-- window holds every row at once, so it is given no column it can do without.
select
    ticker,
    date,
    cast(date_trunc('quarter', date) as date) as quarter_start,
    cast(
        sum(cast(return_ln as decimal(18, 12))) over (
            partition by ticker
            order by date
            rows between unbounded preceding and current row
        ) as double
    ) as total_return_ln,
    activity_ln
from returns
