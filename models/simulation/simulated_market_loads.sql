-- Nobody loads the built-in market.
select
    cast(null as varchar) as vendor,
    cast(null as varchar) as loaded_at
where false
