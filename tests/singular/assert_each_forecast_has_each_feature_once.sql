with explained as (

    select
        model_id,
        ticker,
        date,
        count(*) as num_rows,
        sum(cast(hash(feature) as hugeint)) as hash_sum
    from {{ ref('ticker_shap') }}
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
