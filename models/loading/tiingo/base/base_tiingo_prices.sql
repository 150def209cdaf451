{% set columns = {
    'date': 'varchar',
    'close': 'double',
    'adjClose': 'double',
    'adjVolume': 'double',
} %}
with answers as (

    select *
    from {{ tiingo_answers('prices', columns, only_newest=true) }} as answers

)

select
    key,
    fetched_at,
    close,
    adjClose as adj_close,
    adjVolume as adj_volume,
    try_cast(left(date, 10) as date) as date
from answers
