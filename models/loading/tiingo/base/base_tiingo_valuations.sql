{% set columns = {
    'date': 'varchar',
    'marketCap': 'double',
    'enterpriseVal': 'double',
    'peRatio': 'double',
    'pbRatio': 'double',
    'trailingPEG1Y': 'double',
} %}
with answers as (

    select * from {{ tiingo_answers('valuations', columns) }} as answers

)

select
    key,
    fetched_at,
    marketCap as market_cap,
    enterpriseVal as enterprise_val,
    peRatio as pe_ratio,
    pbRatio as pb_ratio,
    trailingPEG1Y as trailing_peg_1y,
    try_cast(left(date, 10) as date) as date
from answers
