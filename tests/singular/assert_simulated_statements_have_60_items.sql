select count(distinct dataCode) as items
from {{ ref('simulated_fundamentals_statements') }}
having count(distinct dataCode) between 1 and 59
