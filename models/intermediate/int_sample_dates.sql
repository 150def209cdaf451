with prices as (

    select * from {{ ref('int_relative_prices') }}

)

select
    ticker,
    sample_anchor,
    min(date) as date
from prices
group by ticker, sample_anchor
