with source as (

    select * from {{ market_table('market_loads') }}

)

select
    {{ given_text('vendor') }} as vendor,
    try_cast({{ given_text('loaded_at') }} as timestamp) as loaded_at
from source
