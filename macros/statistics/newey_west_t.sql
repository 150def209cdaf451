{% macro newey_west_t(relation, key, order_by, value, lags) -%}
    with series as (

        select
            {{ key }},
            {{ value }} as value,
            {{ lags }} as lags,
            row_number() over (
                partition by {{ key }} order by {{ order_by }}
            ) as position,
            count(*) over (partition by {{ key }}) as length,
            avg({{ value }}) over (partition by {{ key }}) as mean
        from {{ relation }}
        where {{ value }} is not null

    ),

    variances as (

        select
            series.{{ key }},
            series.length,
            series.lags,
            series.mean,
            sum(
                (series.value - series.mean)
                * (neighbours.value - neighbours.mean)
                * (
                    1
                    - abs(series.position - neighbours.position)
                    / (series.lags + 1)
                )
            ) / series.length as variance
        from series
        inner join series as neighbours
            on
                series.{{ key }} = neighbours.{{ key }}
                and abs(series.position - neighbours.position) <= series.lags
        group by
            series.{{ key }}, series.length, series.lags, series.mean

    )

    select
        {{ key }},
        mean,
        case
            when length >= greatest(3, 2 * (lags + 1)) and variance > 0
                then mean / sqrt(variance / length)
        end as t
    from variances
{%- endmacro %}
