select distinct
    backtest_id,
    fold
from {{ ref('backtest_forecasts') }}
where train_to + to_months(horizon_months) >= fold_from
