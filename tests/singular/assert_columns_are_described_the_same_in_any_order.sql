-- The macro describe_columns: order changes the last digit of DuckDB's avg and
-- stddev_samp, and nothing here. A constant has no deviation, nothing has none.
with uneven as (

    select
        unnest([0.1, 0.2, 0.3, 1e12, null, -1e-3]::double[]) as value,
        unnest(range(6)) as place

),

{% for direction in ['asc', 'desc'] %}
    values_{{ direction }} as (

        select
            '{{ direction }}' as block,
            named.column_name,
            'DOUBLE' as type,
            null::varchar as category,
            case named.column_name
                when 'uneven' then uneven.value
                when 'flat' then 0.3
            end as value
        from uneven
        cross join (
            values ('uneven'), ('flat'), ('absent')
        ) as named (column_name)
        order by uneven.place {{ direction }}

    ),

    described_{{ direction }} as (

        {{ describe_columns('values_' ~ direction) }}

    ),

{% endfor %}
plain as (

    select
        avg(value) as mean,
        stddev_samp(value) as std
    from uneven

)

select described_asc.*
from described_asc
inner join described_desc
    on described_asc.column_name = described_desc.column_name
cross join plain
where
    described_asc.mean is distinct from described_desc.mean
    or described_asc.std is distinct from described_desc.std
    or (
        described_asc.column_name = 'uneven'
        and greatest(
            abs(described_asc.mean / plain.mean - 1),
            abs(described_asc.std / plain.std - 1)
        ) > 1e-12
    )
    or (
        described_asc.column_name = 'flat'
        and (described_asc.mean <> 0.3 or described_asc.std <> 0)
    )
    or (
        described_asc.column_name = 'absent'
        and coalesce(described_asc.mean, described_asc.std) is not null
    )
