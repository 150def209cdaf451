select * exclude (key, reason)
from {{ ref('base_daily_adjusted') }}
where reason is null
