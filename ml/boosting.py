"""CatBoost as this project uses it: a mean and a variance for every row, and models as bytes."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from catboost import CatBoostRegressor, Pool
from numpy.typing import NDArray

Floats = NDArray[np.float64]

# Slow, shallow and regularised: overlapping labels leave few independent observations.
PARAMETERS: dict[str, Any] = {
    "loss_function": "RMSEWithUncertainty",
    "learning_rate": 0.03,
    "depth": 4,
    "l2_leaf_reg": 30,
    "bootstrap_type": "Bernoulli",
    "subsample": 0.7,
    "rsm": 0.3,
    "border_count": 64,
    "one_hot_max_size": 32,
}
EARLY_STOPPING_ROUNDS = 50


def fit(
    train: Pool, *, trees: int, seed: int, threads: int, validation: Pool | None = None
) -> CatBoostRegressor:
    """Fit at most `trees` trees; with `validation`, keep as many as did best there."""
    model = CatBoostRegressor(
        **PARAMETERS,
        iterations=trees,
        random_seed=seed,
        thread_count=threads,
        allow_writing_files=False,
        verbose=False,
    )
    if validation is None:
        model.fit(train)
    else:
        model.fit(
            train,
            eval_set=validation,
            early_stopping_rounds=EARLY_STOPPING_ROUNDS,
            use_best_model=True,
        )
    return model


def predict(model: CatBoostRegressor, pool: Pool, *, threads: int = -1) -> tuple[Floats, Floats]:
    """Mean and uncalibrated variance of the log excess return, each (n,)."""
    mean, variance = model.predict(
        pool, prediction_type="RMSEWithUncertainty", thread_count=threads
    ).T
    return mean, variance


def to_bytes(model: CatBoostRegressor) -> bytes:
    """The model in CatBoost's own binary format, without the time at which it was trained."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.cbm"
        model.save_model(str(path))
        return path.read_bytes()


def from_bytes(model: bytes) -> CatBoostRegressor:
    """The model that `to_bytes` stored."""
    return CatBoostRegressor().load_model(blob=model)
