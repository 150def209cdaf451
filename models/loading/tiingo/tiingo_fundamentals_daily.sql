with companies as (

    select * from {{ ref('tiingo_companies') }}

),

valuations as (

    select * from {{ ref('base_tiingo_valuations') }}

)

select
    companies.ticker,
    valuations.date,
    valuations.market_cap as marketCap,
    valuations.enterprise_val as enterpriseVal,
    valuations.pe_ratio as peRatio,
    valuations.pb_ratio as pbRatio,
    valuations.trailing_peg_1y as trailingPEG1Y
from valuations
inner join companies on valuations.key = companies.key
where valuations.date + 1 <= valuations.fetched_at
qualify
    row_number() over (
        partition by companies.ticker, valuations.date
        order by valuations.fetched_at desc
    ) = 1
