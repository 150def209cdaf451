select
    ticker,
    max_by(close, date) as last_close,
    max_by(adjClose, date) as last_adjusted_close
from {{ ref('simulated_daily_adjusted') }}
group by ticker
having abs(max_by(close, date) - max_by(adjClose, date)) > 0.000051
