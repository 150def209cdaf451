{% macro ranked_by_quarter(relation, key) -%}
    select
        *,
        rank() over (by_quarter order by predicted_mean)
        + (count(*) over (by_quarter_and_forecast) - 1) / 2
        - (count(*) over (by_quarter) + 1) / 2 as forecast_rank,
        rank() over (by_quarter order by actual)
        + (count(*) over (by_quarter_and_actual) - 1) / 2
        - (count(*) over (by_quarter) + 1) / 2 as actual_rank,
        ntile(10) over (by_quarter order by predicted_mean, date, ticker)
            as decile
    from (
        select
            *,
            {{ sample_anchor('date') }} as sample_anchor
        from {{ relation }}
    ) as quarters
    window
        by_quarter as (partition by {{ key }}, sample_anchor),
        by_quarter_and_forecast as (
            partition by {{ key }}, sample_anchor, predicted_mean
        ),
        by_quarter_and_actual as (
            partition by {{ key }}, sample_anchor, actual
        )
{%- endmacro %}
