select
    currency,
    date,
    usd_per_unit
from {{ ref('base_exchange_rates') }}
where reason is null
