with prices as (

    select fetched_at from {{ ref('base_tiingo_prices') }}

),

snapshots as (

    select fetched_at from {{ ref('base_tiingo_snapshots') }}

),

answers as (

    select * from prices
    union all
    select * from snapshots

)

select
    'tiingo' as vendor,
    strftime(max(fetched_at), '%Y-%m-%d %H:%M:%S') as loaded_at
from answers
