{% macro metrics_outside_bounds(effect) %}
    {%- set market = 'simulated' if var('market') == 'simulated' else 'own' %}
    with newest as (

        select *
        from {{ ref('model_stats') }}
        where cutoff_date is null and len(holdout_tickers) = 0
        qualify
            row_number() over (
                partition by pred_col
                order by trained_at desc
            ) = 1

    ),

    metrics as (

        unpivot (
            select
                pred_col,
                {% for metric in seed_rows('metric_bounds')
                    | map(attribute='metric') | unique %}
                    cast({{ metric }} as double) as {{ metric }}
                    {%- if not loop.last %},{% endif %}
                {% endfor %}
            from newest
        )
        on columns(* exclude (pred_col)) into name metric value metric_value

    )

    select
        metrics.pred_col,
        metrics.metric,
        metrics.metric_value,
        bounds.lowest,
        bounds.highest
    from metrics
    inner join {{ ref('metric_bounds') }} as bounds
        on
            metrics.metric = bounds.metric
            and metrics.pred_col = bounds.pred_col
    where
        bounds.effect = '{{ effect }}'
        and bounds.market = '{{ market }}'
        and (
            isnan(metrics.metric_value)
            or metrics.metric_value < bounds.lowest
            or metrics.metric_value > bounds.highest
        )
{% endmacro %}
