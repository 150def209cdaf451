with market_days as (

    select * from {{ ref('simulated_market_days') }}

),

sectors as (

    select * from {{ ref('simulated_sectors') }}

)

-- 0.09 a year: what industry portfolios keep once the market is taken out.
select
    sectors.sector,
    market_days.date,
    0.09 / sqrt(252) * sqrt(market_days.volatility_factor)
    * {{ simulated_normal(
        'sector return', 'sectors.sector', 'market_days.date'
    ) }} as sector_surprise_ln
from market_days
cross join sectors
order by sectors.sector, market_days.date
