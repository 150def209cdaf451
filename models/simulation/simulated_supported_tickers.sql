select
    ticker,
    exchange,
    asset_type as assetType,
    'USD' as priceCurrency,
    start_date as startDate,
    end_date as endDate
from {{ ref('simulated_listings') }}
