-- All companies of the built-in market report in USD.
select
    cast(null as varchar) as currency,
    cast(null as date) as date,
    cast(null as double) as usd_per_unit
where false
