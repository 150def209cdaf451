select
    ticker,
    date,
    market_cap,
    enterprise_val,
    pe_ratio,
    pb_ratio,
    trailing_peg_1y
from {{ ref('base_fundamentals_daily') }}
where reason is null
