select * exclude (key, reason)
from {{ ref('base_fundamentals_daily') }}
where reason is null
