select * exclude (key, reason)
from {{ ref('base_fundamentals_statements') }}
where reason is null
