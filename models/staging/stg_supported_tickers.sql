select
    ticker,
    exchange,
    asset_type,
    price_currency,
    start_date,
    end_date
from {{ ref('base_supported_tickers') }}
where reason is null
