{{ config(enabled=var('market') == 'simulated') }}

-- Prices are adjusted backwards: no split or dividend comes after the last
-- day. Both are rounded, to 4 and to 6 decimals.
select
    ticker,
    max_by(close, date) as last_close,
    max_by(adjClose, date) as last_adjusted_close
from {{ ref('simulated_daily_adjusted') }}
group by ticker
having abs(max_by(close, date) - max_by(adjClose, date)) > 0.000051
