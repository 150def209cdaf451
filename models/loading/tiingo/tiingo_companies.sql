with universe as (

    select * from {{ ref('base_tiingo_universe') }}

),

companies as (

    select * from {{ ref('base_tiingo_companies') }}

),

prices as (

    select * from {{ ref('base_tiingo_prices') }}

),

listings as (

    select * from {{ ref('base_tiingo_listings') }}

),

-- Of SPY there is no company.
wanted as (

    select
        key,
        symbol
    from universe
    union
    select
        'SPY' as key,
        'SPY' as symbol

),

priced as (

    select
        key,
        min(date) as first_date,
        max(date) as last_date
    from prices
    group by key

),

matched as (

    select
        wanted.key,
        priced.first_date,
        priced.last_date,
        coalesce(companies.symbol, wanted.symbol) as symbol,
        coalesce(companies.is_active, true) as is_active
    from wanted
    inner join priced on wanted.key = priced.key
    left join companies on wanted.key = companies.perma_ticker

),

-- Of several listings of a symbol, a company has the one during which its
-- prices end; one that is active has the newest.
listed as (

    select
        matched.*,
        listings.exchange,
        listings.asset_type,
        listings.price_currency,
        listings.start_date,
        listings.end_date
    from matched
    left join listings
        on
            matched.symbol = listings.symbol
            and (
                matched.is_active
                or matched.last_date
                between coalesce(listings.start_date, matched.last_date)
                and coalesce(listings.end_date, matched.last_date) + 10
            )
    qualify
        row_number() over (
            partition by matched.key
            order by
                listings.end_date desc nulls last,
                listings.start_date desc nulls last,
                listings.exchange asc nulls last,
                listings.asset_type asc nulls last
        ) = 1

),

-- The symbol is that of the company which has it now, or had it last; others
-- add the month in which they left.
ranked as (

    select
        *,
        row_number() over by_symbol as symbol_number,
        symbol || strftime(last_date, '-%Y%m') as former_ticker
    from listed
    window
        by_symbol as (
            partition by symbol
            order by is_active desc, last_date desc, key asc
        )

),

named as (

    select
        *,
        count(*) over (
            partition by former_ticker, symbol_number > 1
        ) as namesakes
    from ranked

)

select
    key,
    symbol,
    exchange,
    is_active,
    first_date,
    last_date,
    case
        when symbol_number = 1 then symbol
        when namesakes = 1 then former_ticker
        else former_ticker || '-' || key
    end as ticker,
    coalesce(asset_type, 'Stock') as asset_type,
    coalesce(price_currency, 'USD') as price_currency,
    least(start_date, first_date) as start_date
from named
