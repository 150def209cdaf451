with listings as (

    select * from {{ ref('base_supported_tickers') }}

),

-- The listing that is used or, where none is, rather one that nobody asked for
-- than one with a fault.
best as (

    select
        ticker,
        reason,
        is_in_scope,
        priced_from,
        listed_from,
        listed_until
    from listings
    where ticker is not null and ticker <> 'SPY'
    qualify
        row_number() over (
            partition by ticker
            order by reason is not null, is_in_scope, reason
        ) = 1

)

select
    ticker,
    is_in_scope,
    priced_from,
    listed_from,
    listed_until,
    'its listing is set aside: ' || reason as reason
from best
union all by name
-- The benchmark needs no listing.
select
    'SPY' as ticker,
    true as is_in_scope,
    null as priced_from,
    null as listed_from,
    null as listed_until,
    null as reason
