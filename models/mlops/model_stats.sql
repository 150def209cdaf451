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
            data_weight,
            z_68,
            z_95,
            test_rmse,
            test_mape,
            test_r2,
            test_coverage_68,
            test_coverage_95,
            test_rank_ic,
            test_rank_ic_t,
            test_decile_spread,
            naive_test_rmse,
            naive_test_mape,
            naive_test_r2,
            naive_test_coverage_68,
            naive_test_coverage_95,
            ridge_test_rmse,
            ridge_test_mape,
            ridge_test_r2,
            ridge_test_coverage_68,
            ridge_test_coverage_95,
            ridge_test_rank_ic,
            ridge_test_rank_ic_t,
            ridge_test_decile_spread,
            training_seconds,
            library_versions,
            fingerprint,
            score_ic,
            level,
            error_quantiles,
            test_r2_zero,
            test_rank_ic_p,
            test_decile_spread_t,
            test_decile_spread_p,
            naive_test_r2_zero,
            ridge_test_r2_zero,
            ridge_test_rank_ic_p,
            ridge_test_decile_spread_t,
            ridge_test_decile_spread_p
        from {{ ref('trained_' ~ months ~ 'm') }}
        {% if not loop.last %}union all{% endif %}
    {% endfor %}

)

select *
from trained
{% if is_incremental() %}
    where trained_at not in (select known.trained_at from {{ this }} as known)
{% endif %}
order by trained_at
