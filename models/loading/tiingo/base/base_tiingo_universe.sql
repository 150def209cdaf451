{% set columns = dict.fromkeys(['company_key', 'symbol', 'cik'], 'varchar') %}
with answers as (

    select *
    from {{ tiingo_answers('universe', columns, only_newest=true) }} as answers

)

select
    company_key as key,
    upper(symbol) as symbol
from answers
