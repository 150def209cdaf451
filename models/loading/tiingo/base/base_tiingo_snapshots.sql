{% set columns = {
    'ticker': 'varchar',
    'date': 'varchar',
    'close': 'double',
    'adjClose': 'double',
    'adjVolume': 'double',
} %}
with answers as (

    select * from {{ tiingo_answers('snapshots', columns) }} as answers

)

select
    fetched_at,
    close,
    adjClose as adj_close,
    adjVolume as adj_volume,
    upper(ticker) as symbol,
    try_cast(left(date, 10) as date) as date
from answers
