with planted as (

    select
        ticker,
        event_date as date,
        split_factor / split_factor_before as shares_per_share
    from {{ ref('simulated_share_events') }}
    where split_factor <> split_factor_before

),

found as (

    select * from {{ ref('int_splits') }}

)

select
    planted.shares_per_share as planted_shares_per_share,
    found.shares_per_share as found_shares_per_share,
    coalesce(planted.ticker, found.ticker) as ticker,
    coalesce(planted.date, found.date) as date
from planted
full join found
    on
        planted.ticker = found.ticker
        and planted.date = found.date
where
    coalesce(
        abs(ln(planted.shares_per_share) - ln(found.shares_per_share)) > 0.03,
        true
    )
