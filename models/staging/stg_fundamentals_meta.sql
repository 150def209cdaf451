select * exclude (key, reason)
from {{ ref('base_fundamentals_meta') }}
where reason is null
