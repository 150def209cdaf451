with means as (

    select
        date,
        avg(columns('_rank$'))
    from {{ ref('int_ranks') }}
    group by date

),

by_rank as (

    unpivot means
    on columns(* exclude (date))
    into name rank_name value mean_rank

)

select
    date,
    rank_name,
    mean_rank
from by_rank
where abs(mean_rank - 0.5) > 1e-9
