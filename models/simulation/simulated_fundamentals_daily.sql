with accounts as (

    select
        *,
        case
            when count(*) over four_quarters = 4
                then sum(net_inc_com_stock) over four_quarters
        end as netinc_ttm
    from {{ ref('simulated_accounts') }}
    window
        four_quarters as (
            partition by ticker
            order by quarter_start
            rows between 3 preceding and current row
        )

),

growth as (

    select
        *,
        lag(netinc_ttm, 4) over (
            partition by ticker order by quarter_start
        ) as netinc_ttm_year_ago
    from accounts

),

share_events as (

    select * from {{ ref('simulated_share_events') }}

),

prices as (

    select * from {{ ref('simulated_daily_adjusted') }}

),

listings as (

    select * from {{ ref('simulated_listings') }}

),

-- Splits of a quarter take effect on its event date.
shares_known as (

    select
        prices.ticker,
        prices.date,
        growth.debt,
        growth.cash_and_eq,
        growth.equity,
        growth.netinc_ttm,
        growth.netinc_ttm_year_ago,
        prices.close * growth.unsplit_shares * case
            when prices.date >= share_events.event_date
                then share_events.split_factor
            else share_events.split_factor_before
        end as market_cap
    from prices
    inner join listings
        on
            prices.ticker = listings.ticker
            and listings.asset_type = 'Stock'
    inner join share_events
        on
            prices.ticker = share_events.ticker
            and date_trunc('quarter', prices.date)
            = share_events.quarter_start
    asof left join growth
        on
            prices.ticker = growth.ticker
            and prices.date >= growth.filing_date

)

select
    ticker,
    date,
    round(market_cap) as marketCap,
    round(market_cap + debt - cash_and_eq) as enterpriseVal,
    case
        when netinc_ttm > 0 then round(market_cap / netinc_ttm, 5)
    end as peRatio,
    round(market_cap / equity, 5) as pbRatio,
    case
        when netinc_ttm > netinc_ttm_year_ago and netinc_ttm_year_ago > 0
            then round(
                market_cap / netinc_ttm
                / (100 * (netinc_ttm / netinc_ttm_year_ago - 1)), 5
            )
    end as trailingPEG1Y
from shares_known
