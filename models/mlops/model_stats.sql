with trained as (

    {% for months in [12, 24, 36] %}
        select
            model_id,
            pred_col,
            horizon_months,
            training_date,
            trained_at,
            cutoff_date,
            market_end,
            holdout_tickers,
            seed,
            steps,
            trees,
            params,
            train_rows,
            train_from,
            train_to,
            validation_rows,
            validation_from,
            validation_to,
            test_rows,
            test_from,
            test_to,
            num_rows,
            num_cols,
            num_tickers,
            train_mean,
            variance_scale,
            test_rmse,
            test_mape,
            test_r2,
            test_rank_ic,
            test_rank_ic_t,
            test_coverage_68,
            test_coverage_95,
            training_seconds,
            catboost_version,
            fingerprint
        from {{ ref('trained_' ~ months ~ 'm') }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select
    model_id,
    pred_col,
    horizon_months,
    training_date,
    trained_at,
    cutoff_date,
    market_end,
    holdout_tickers,
    seed,
    steps,
    trees,
    params,
    train_rows,
    train_from,
    train_to,
    validation_rows,
    validation_from,
    validation_to,
    test_rows,
    test_from,
    test_to,
    num_rows,
    num_cols,
    num_tickers,
    train_mean,
    variance_scale,
    test_rmse,
    test_mape,
    test_r2,
    test_rank_ic,
    test_rank_ic_t,
    test_coverage_68,
    test_coverage_95,
    training_seconds,
    catboost_version,
    fingerprint
from trained
{% if is_incremental() %}
    where trained_at not in (select known.trained_at from {{ this }} as known)
{% endif %}
order by trained_at
