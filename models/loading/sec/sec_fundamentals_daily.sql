{# The least that a split does: 3 shares for 2, or 2 for 3. #}
{% set smallest_split = 1.4 %}

with prices as (

    select
        {{ normalised_ticker() }} as ticker,
        try_cast(date as date) as date,
        {{ finite_number('close') }} as close,
        {{ finite_number('adjClose') }} as adj_close
    from {{ loaded_prices() }} as loaded

),

tickers as (

    select * from {{ ref('sec_tickers') }}

),

companies as (

    select * from {{ ref('sec_companies') }}

),

statements as (

    select * from {{ ref('sec_trailing_years') }}

),

priced as (

    select
        tickers.cik,
        prices.ticker,
        prices.date,
        prices.close,
        lag(prices.close / prices.adj_close) over by_day
        / (prices.close / prices.adj_close) as ratio_move
    from prices
    inner join tickers on prices.ticker = tickers.ticker
    where prices.close > 0 and prices.adj_close > 0
    window
        by_day as (partition by prices.ticker order by prices.date)

),

-- Closing price over adjusted one falls by a dividend in small steps, and by a
-- split to a half or a third: in halves of whole numbers, or one over them.
split as (

    select
        * exclude (ratio_move),
        product(
            case
                when
                    greatest(ratio_move, 1 / ratio_move) >= {{ smallest_split }}
                    and abs(
                        2 * greatest(ratio_move, 1 / ratio_move)
                        - round(2 * greatest(ratio_move, 1 / ratio_move))
                    ) <= 0.02 * greatest(ratio_move, 1 / ratio_move)
                    then ratio_move
                else 1
            end
        ) over (partition by ticker order by date) as split_factor
    from priced

),

-- The newest period that is known; what is told anew of one before it changes
-- nothing. No shares, no value.
newest as (

    select *
    from statements
    where num_shares is not null
    qualify
        max(period_end) over (partition by cik order by known_from) = period_end
        and row_number() over (
            partition by cik, known_from order by period_end desc
        ) = 1

),

known as (

    select
        newest.*,
        split.ticker,
        split.date,
        split.close,
        split.split_factor
    from split
    asof inner join newest
        on
            split.cik = newest.cik
            and split.date >= newest.known_from

),

-- Shares are counted before splits of the time since.
counted as (

    select
        known.*,
        known.close
        * known.num_shares
        * known.split_factor
        / coalesce(at_filing.split_factor, 1) as market_cap
    from known
    asof left join split as at_filing
        on
            known.ticker = at_filing.ticker
            and known.known_from >= at_filing.date

),

-- A market value in dollars stands beside no statement in another currency.
comparable as (

    select
        counted.*,
        companies.reporting_currency = 'USD' as is_in_dollars
    from counted
    inner join tickers on counted.ticker = tickers.ticker
    inner join companies on tickers.cik = companies.cik

)

select
    ticker,
    date,
    market_cap as marketCap,
    case when is_in_dollars then market_cap + debt - cash_and_eq end
        as enterpriseVal,
    case
        when is_in_dollars
            then {{ ratio('market_cap', 'net_inc_com_stock_ttm') }}
    end as peRatio,
    case when is_in_dollars then {{ ratio('market_cap', 'equity') }} end
        as pbRatio,
    case
        when
            is_in_dollars
            and net_inc_com_stock_ttm > net_inc_com_stock_ttm_year_ago
            and net_inc_com_stock_ttm_year_ago > 0
            then
                {{ ratio('market_cap', 'net_inc_com_stock_ttm') }}
                / (
                    100
                    * (
                        net_inc_com_stock_ttm / net_inc_com_stock_ttm_year_ago
                        - 1
                    )
                )
    end as trailingPEG1Y
from comparable
