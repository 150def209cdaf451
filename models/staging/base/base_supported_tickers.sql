with source as (

    select * from {{ market_table('supported_tickers') }}

),

renamed as (

    select
        {{ normalised_ticker() }} as ticker,
        upper(trim(exchange)) as exchange,
        lower(trim(assetType)) as asset_type,
        upper(trim(priceCurrency)) as price_currency,
        try_cast(startDate as date) as start_date,
        try_cast(endDate as date) as end_date,
        concat_ws(' ', ticker, exchange, startDate) as key
    from source

),

judged as (

    select
        *,
        case
            when ticker is null then 'no ticker'
            when
                asset_type is null
                or asset_type not in ('stock', 'etf', 'mutual fund')
                then 'unknown asset type'
        end as reason
    from renamed

),

-- A symbol used again is listed twice: the newest listing is the one that the
-- prices and statements of that symbol belong to.
ranked as (

    select
        *,
        row_number() over (
            partition by ticker, reason
            order by
                end_date desc nulls last,
                start_date desc nulls last,
                asset_type desc,
                exchange asc nulls last
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
        reason,
        case when copy_number > 1 then 'second row for its ticker' end
    ) as reason
from ranked
