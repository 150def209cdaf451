with source as (

    select * from {{ market_table('exchange_rates') }}

),

renamed as (

    select
        upper({{ given_text('currency') }}) as currency,
        try_cast(date as date) as date,
        {{ finite_number('usd_per_unit') }} as usd_per_unit,
        concat_ws(' ', currency, date) as key
    from source

),

judged as (

    select
        *,
        case
            when currency is null then 'no currency'
            when date is null then 'no date'
            when date < date '1900-01-01' then 'date before 1900'
            when date > current_date then 'date in the future'
            when usd_per_unit is null or usd_per_unit <= 0
                then 'usd_per_unit is not a positive number'
            when usd_per_unit not between 1e-9 and 1e6
                then 'usd_per_unit is out of range'
        end as reason
    from renamed
    where not {{ is_after_cutoff('date') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by currency, date, reason
            order by usd_per_unit desc, key asc
        ) as copy_number
    from judged

)

select
    currency,
    date,
    usd_per_unit,
    key,
    true as is_in_scope,
    coalesce(
        reason,
        case
            when copy_number > 1 then 'second row for its currency and date'
        end
    ) as reason
from ranked
