{#
  A query: the rows of `relation`, forecasts beside their outcomes, with their
  place among those of the same `key` and sample quarter: ranks of forecast and
  outcome for `spearman`, and the decile of the forecast.

  Equal values share the mean of the ranks that they take up. Less the mean of
  all ranks, sums of their products are exact, whatever the order of the rows.
#}
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
