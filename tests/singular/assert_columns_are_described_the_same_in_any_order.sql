-- The macro describe_column: order changes the last digit of DuckDB's avg and
-- stddev_samp, and nothing here. A constant has no deviation, nothing has none.
{% set values = '[0.1, 0.2, 0.3, 1e12, null, -1e-3]' %}

with numbered as (

    select
        unnest({{ values }}::double[]) as varied,
        0.3::double as level,
        null::double as missing,
        unnest(range(6)) as position

),

spans as (

    select
        {{ column_span('varied') }} as varied_span,
        {{ column_span('level') }} as level_span,
        {{ column_span('missing') }} as missing_span
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
            {{ describe_column('varied', 'numeric') }} as of_varied,
            {{ describe_column('level', 'numeric') }} as of_level,
            {{ describe_column('missing', 'numeric') }} as of_missing,
            avg(varied) as plain_mean,
            stddev_samp(varied) as plain_std
        from (
            select *
            from spanned
            order by position {{ direction }}
        )
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select *
from described
where
    of_varied <> (select any_value(either.of_varied) from described as either)
    or abs(of_varied['mean'] / plain_mean - 1) > 1e-12
    or abs(of_varied['std'] / plain_std - 1) > 1e-12
    or of_level['std'] <> 0
    or of_level['mean'] <> 0.3
    or of_missing['mean'] is not null
    or of_missing['std'] is not null
