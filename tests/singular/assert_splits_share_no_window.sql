select model_id
from {{ ref('model_stats') }}
where
    train_to + to_months(horizon_months) >= validation_from
    or validation_to + to_months(horizon_months) >= test_from
