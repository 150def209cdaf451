select * exclude (key, reason)
from {{ ref('base_supported_tickers') }}
where reason is null
