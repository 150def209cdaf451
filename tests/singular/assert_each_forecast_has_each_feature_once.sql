with trained_labels as (

    {% for months in var('horizons') %}
        select 'excess_return_ln_{{ months }}m' as pred_col
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

explained as (

    select
        model_id,
        ticker,
        date,
        count(*) as num_rows,
        sum(cast(hash(feature) as hugeint)) as hash_sum
    from {{ ref('ticker_shap') }}
    -- What was explained for a horizon that is no longer trained stays.
    where pred_col in (select trained.pred_col from trained_labels as trained)
    group by model_id, ticker, date

),

features as (

    select
        model_id,
        unnest(features) as feature
    from {{ ref('trained_models') }}

),

expected as (

    select
        model_id,
        count(*) as num_rows,
        sum(cast(hash(feature) as hugeint)) as hash_sum
    from features
    group by model_id

)

select
    explained.model_id,
    explained.ticker,
    explained.date,
    explained.num_rows,
    expected.num_rows as expected_rows
from explained
left join expected on explained.model_id = expected.model_id
where
    explained.num_rows is distinct from expected.num_rows
    or explained.hash_sum is distinct from expected.hash_sum
