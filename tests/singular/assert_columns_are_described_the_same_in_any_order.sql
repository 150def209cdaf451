-- The macro describe_column: order changes the last digit of DuckDB's avg and
-- stddev_samp, and nothing here. A constant has no deviation, nothing has none.
{% set values = '[0.1, 0.2, 0.3, 1e12, null, -1e-3]' %}

with numbered as (

    select
        unnest({{ values }}::double[]) as uneven,
        0.3::double as flat,
        null::double as absent,
        unnest(range(6)) as place

),

spans as (

    select
        {{ column_span('uneven') }} as uneven_span,
        {{ column_span('flat') }} as flat_span,
        {{ column_span('absent') }} as absent_span
    from numbered

),

spanned as (

    select
        numbered.*,
        spans.*
    from numbered
    cross join spans

),

described as (

    {% for direction in ['asc', 'desc'] %}
        select
            {{ describe_column('uneven', 'numeric') }} as of_uneven,
            {{ describe_column('flat', 'numeric') }} as of_flat,
            {{ describe_column('absent', 'numeric') }} as of_absent,
            avg(uneven) as plain_mean,
            stddev_samp(uneven) as plain_std
        from (
            select *
            from spanned
            order by place {{ direction }}
        )
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select *
from described
where
    of_uneven <> (select any_value(either.of_uneven) from described as either)
    or abs(of_uneven['mean'] / plain_mean - 1) > 1e-12
    or abs(of_uneven['std'] / plain_std - 1) > 1e-12
    or of_flat['std'] <> 0
    or of_flat['mean'] <> 0.3
    or of_absent['mean'] is not null
    or of_absent['std'] is not null
