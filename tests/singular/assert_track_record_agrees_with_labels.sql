{{ config(enabled=var('cutoff_date') is none) }}

with labels as (

    {% for months in [12, 24, 36] %}
        select
            ticker,
            date,
            'excess_return_ln_{{ months }}m' as pred_col,
            excess_return_ln_{{ months }}m as outcome,
            delisted_in_window_{{ months }}m as is_delisted
        from {{ ref('excess_returns') }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    scored.pred_col,
    scored.ticker,
    scored.date,
    scored.status,
    scored.actual,
    labels.is_delisted,
    labels.outcome
from {{ ref('track_record') }} as scored
inner join labels
    on
        scored.pred_col = labels.pred_col
        and scored.ticker = labels.ticker
        and scored.date = labels.date
where
    (scored.status in ('closed', 'delisted')) <> (labels.outcome is not null)
    or (scored.status = 'delisted') <> labels.is_delisted
    or abs(scored.actual - labels.outcome) > 1e-9
