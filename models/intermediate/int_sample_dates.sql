with prices as (

    select * from {{ ref('stg_daily_adjusted') }}

),

stocks as (

    select ticker
    from {{ ref('stg_supported_tickers') }}
    where asset_type = 'stock'

)

select
    prices.ticker,
    min(prices.date) as date,
    {{ sample_anchor('prices.date') }} as sample_anchor
from prices
inner join stocks on prices.ticker = stocks.ticker
group by prices.ticker, {{ sample_anchor('prices.date') }}
order by prices.ticker, date
