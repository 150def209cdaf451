-- What of the input was set aside, and why? Tables with the most such rows
-- first; out of scope are funds and foreign listings, which are no fault.
with rejected as (

    select * from {{ ref('rejected_rows') }}

)

select
    table_name,
    column_name,
    reason,
    is_in_scope,
    count(*) as row_count,
    min(key) as first_key
from rejected
group by table_name, column_name, reason, is_in_scope
order by is_in_scope desc, row_count desc, table_name asc, reason asc
