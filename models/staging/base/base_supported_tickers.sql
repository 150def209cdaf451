{#
  Tiingo's names of the US exchanges, over-the-counter markets and the quotes
  of mutual funds (NMFQS).
#}
{% set known_exchanges = [
    'AMEX',
    'ARCA',
    'BATS',
    'CBOE',
    'EXPM',
    'IEX',
    'NASDAQ',
    'NMFQS',
    'NYSE',
    'NYSE AMERICAN',
    'NYSE ARCA',
    'NYSE MKT',
    'NYSE NAT',
    'OTC',
    'OTCBB',
    'OTCCE',
    'OTCD',
    'OTCGREY',
    'OTCMKTS',
    'OTCQB',
    'OTCQX',
    'PINK',
] %}

with source as (

    select * from {{ market_table('supported_tickers') }}

),

prices as (

    select * from {{ market_table('daily_adjusted') }}

),

priced as (

    select distinct {{ normalised_ticker() }} as ticker
    from prices
    where not {{ is_after_cutoff('try_cast(date as date)') }}

),

-- SPY is the benchmark, whatever its listing says.
renamed as (

    select
        {{ normalised_ticker() }} as ticker,
        nullif(upper(trim(exchange)), '') as exchange,
        nullif(upper(trim(priceCurrency)), '') as price_currency,
        try_cast(startDate as date) as start_date,
        try_cast(endDate as date) as end_date,
        case
            when {{ normalised_ticker() }} = 'SPY' then 'etf'
            else lower(trim(assetType))
        end as asset_type,
        concat_ws(' ', ticker, exchange, startDate) as key
    from source

),

described as (

    select
        renamed.*,
        priced.ticker is not null as has_prices,
        coalesce(renamed.asset_type in ('etf', 'mutual fund'), false)
            as is_fund,
        coalesce(renamed.price_currency <> 'USD', false) as is_foreign
    from renamed
    left join priced on renamed.ticker = priced.ticker

),

judged as (

    select
        *,
        case
            when ticker is null then 'no ticker'
            when ticker = 'SPY' or is_fund then null
            when asset_type is null or asset_type <> 'stock'
                then 'unknown asset type'
            when
                not is_foreign
                and not list_contains({{ sql_list(known_exchanges) }}, exchange)
                then 'unknown exchange'
        end as fault
    from described

),

-- A symbol used again is listed twice: the newest listing is the one that the
-- prices and statements of that symbol belong to.
ranked as (

    select
        *,
        row_number() over (
            partition by ticker, fault
            order by
                end_date desc nulls last,
                start_date desc nulls last,
                asset_type desc nulls last,
                exchange asc nulls last,
                price_currency asc nulls last,
                key asc
        ) as copy_number
    from judged

)

select
    ticker,
    exchange,
    asset_type,
    price_currency,
    start_date,
    end_date,
    key,
    coalesce(
        fault,
        case
            when copy_number > 1 then 'second row for its ticker'
            when ticker = 'SPY' then null
            when is_fund then 'fund, not a stock'
            when not has_prices then 'no prices in daily_adjusted'
            when is_foreign then 'prices are not in USD'
        end
    ) as reason,
    ticker is null
    or ticker = 'SPY'
    or (has_prices and not is_fund and not is_foreign) as is_in_scope
from ranked
