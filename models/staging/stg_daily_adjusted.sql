select
    ticker,
    date,
    close,
    adj_close,
    adj_volume
from {{ ref('base_daily_adjusted') }}
where reason is null
