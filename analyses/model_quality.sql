-- Can the models be believed? The newest model of each horizon on the test rows
-- that it never saw. R² below zero: the mean of the training block forecasts
-- better. Coverage far from 0.68 and 0.95: the intervals are wrong.
with models as (

    select *
    from {{ ref('model_stats') }}
    where
        cutoff_date is null
        and len(holdout_tickers) = 0
    qualify
        row_number() over (partition by pred_col order by trained_at desc) = 1

)

select
    model_id,
    trees,
    test_rows,
    test_from,
    test_to,
    round(test_rmse, 3) as test_rmse,
    round(test_r2, 3) as test_r2,
    round(ridge_test_r2, 3) as ridge_test_r2,
    round(test_rank_ic, 3) as test_rank_ic,
    round(ridge_test_rank_ic, 3) as ridge_test_rank_ic,
    round(test_rank_ic_t, 1) as test_rank_ic_t,
    round(test_coverage_68, 3) as test_coverage_68,
    round(test_coverage_95, 3) as test_coverage_95
from models
order by horizon_months
