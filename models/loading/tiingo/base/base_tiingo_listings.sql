{% set columns = dict.fromkeys([
    'ticker',
    'exchange',
    'assetType',
    'priceCurrency',
    'startDate',
    'endDate',
], 'varchar') %}
with answers as (

    select *
    from {{ tiingo_answers('listings', columns, only_newest=true) }} as answers

)

select
    assetType as asset_type,
    priceCurrency as price_currency,
    upper(ticker) as symbol,
    nullif(upper(exchange), '') as exchange,
    try_cast(startDate as date) as start_date,
    try_cast(endDate as date) as end_date
from answers
where ticker <> ''
