select
    backtest_id,
    sample_anchor,
    decile,
    sum(equal_weight) as equal_weights,
    sum(value_weight) as value_weights
from {{ ref('backtest_vintages') }}
group by backtest_id, sample_anchor, decile
having
    abs(sum(equal_weight) - 1) > 1e-9
    or abs(sum(value_weight) - 1) > 1e-9
