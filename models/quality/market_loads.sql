select
    vendor,
    max(loaded_at) as loaded_at
from {{ ref('base_market_loads') }}
where vendor is not null and loaded_at is not null
group by vendor
