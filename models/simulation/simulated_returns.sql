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

-- What a ticker's return has in common over a quarter, per trading day.
ticker_quarters as (

    select
        listings.ticker,
        company_quarters.quarter_start,
        (listings.common_drift_ln + planted.planted_excess_return_ln) / 252
            as drift_ln,
        -- Four tenths of the idiosyncratic variance come with the news of
        -- one day: nobody can read the quarter's news from its first weeks.
        sqrt(0.4 / 4) * listings.idiosyncratic_volatility
        * company_quarters.news_shock as news_ln
    from listings
    inner join planted
        on listings.ticker = planted.ticker
    inner join company_quarters
        on
            planted.ticker = company_quarters.ticker
            and planted.quarter_start = company_quarters.quarter_start

),

listed_days as (

    select
        listings.ticker,
        listings.sector,
        listings.beta,
        listings.exit_kind,
        listings.exit_days,
        listings.exit_return_ln,
        listings.announcement_day,
        market_days.date,
        market_days.quarter_start,
        market_days.day_of_quarter,
        market_days.market_surprise_ln,
        market_days.day_number = listings.first_day_number as is_first_day,
        listings.last_day_number - market_days.day_number as days_left,
        sqrt(0.6 / 252 * market_days.volatility_factor)
        * listings.idiosyncratic_volatility as daily_volatility,
        {{ simulated_bits(
            'stock', 'listings.ticker', 'market_days.day_number'
        ) }} as bits
    from listings
    inner join market_days
        on
            listings.first_day_number <= market_days.day_number
            and listings.last_day_number >= market_days.day_number

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
        noise.quarter_start,
        noise.return_noise,
        noise.activity_noise,
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
                    + coalesce(ticker_quarters.drift_ln, 0)
                    + case
                        when noise.day_of_quarter = noise.announcement_day
                            then coalesce(ticker_quarters.news_ln, 0)
                        else 0
                    end
                )
        end as return_ln
    from noise
    left join sector_days
        on
            noise.sector = sector_days.sector
            and noise.date = sector_days.date
    left join ticker_quarters
        on
            noise.ticker = ticker_quarters.ticker
            and noise.quarter_start = ticker_quarters.quarter_start

)

-- Sums in fixed point: those of doubles may change with the thread count.
select
    ticker,
    date,
    quarter_start,
    cast(
        sum(cast(return_ln as decimal(18, 12))) over (
            partition by ticker
            order by date
            rows between unbounded preceding and current row
        ) as double
    ) as total_return_ln,
    0.4 * activity_noise + 0.35 * abs(return_noise) - 0.35 as activity_ln
from returns
