{% macro overlapping_mean(relation, keys, value, overlap) -%}
    with series as (

        select
            {{ keys }},
            cast({{ overlap }} as integer) as overlap,
            count({{ value }}) as quarters,
            avg({{ value }} order by {{ value }}) as mean,
            list({{ value }} order by {{ value }}) as ordered_values
        from {{ relation }}
        group by all

    ),

    correlated as (

        select
            * exclude (ordered_values),
            list_avg(
                [(each - mean) ^ 2 for each in ordered_values if each is not null]
            ) as variance,
            quarters + 2 * coalesce(
                list_sum(
                    [
                        (quarters - step) * (1 - step / (overlap + 1))
                        for step in range(1, overlap + 1)
                    ]
                ),
                0
            ) as correlations
        from series

    ),

    -- With quarters ^ 2 / correlations effective windows.
    tested as (

        select
            *,
            case
                when quarters >= overlap + 2 and variance > 0
                    then
                        sqrt(
                            variance * correlations
                            / (quarters ^ 2 - correlations)
                        )
            end as standard_error,
            mean / standard_error as t
        from correlated

    ),

    -- |t| and how often it is exceeded by chance, up to the next value tabled.
    tabled as (

        select
            overlap,
            quarters,
            t as t_from,
            p as p_from,
            lead(t) over (partition by overlap, quarters order by t) as t_to,
            lead(p) over (partition by overlap, quarters order by t) as p_to
        from {{ ref('null_of_t') }}

    ),

    lengths as (

        select distinct
            overlap,
            quarters
        from tabled

    ),

    lengths_and_margins as (

        select
            lengths.*,
            tabled.t_from as margin
        from lengths
        left join tabled
            on
                lengths.overlap = tabled.overlap
                and lengths.quarters = tabled.quarters
                and tabled.p_from = 0.05

    ),

    nearest as (

        select
            tested.*,
            lengths_and_margins.quarters as tabled_quarters,
            lengths_and_margins.margin * tested.standard_error as margin
        from tested
        asof left join lengths_and_margins
            on
                tested.overlap = lengths_and_margins.overlap
                and tested.quarters >= lengths_and_margins.quarters

    )

    select
        nearest.* exclude (
            overlap,
            variance,
            correlations,
            standard_error,
            tabled_quarters,
            margin
        ),
        nearest.mean - nearest.margin as lower_95,
        nearest.mean + nearest.margin as upper_95,
        case
            when tabled.t_to is null then tabled.p_from
            else
                tabled.p_from * (tabled.p_to / tabled.p_from) ^ (
                    (abs(nearest.t) - tabled.t_from)
                    / (tabled.t_to - tabled.t_from)
                )
        end as p
    from nearest
    left join tabled
        on
            nearest.overlap = tabled.overlap
            and nearest.tabled_quarters = tabled.quarters
            and abs(nearest.t) >= tabled.t_from
            and abs(nearest.t) < coalesce(tabled.t_to, 'infinity')
{%- endmacro %}
