"""CatBoost as this project uses it: a mean and a variance for every row, and models as bytes."""

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from catboost import CatBoostRegressor, Pool, sum_models
from numpy.typing import NDArray

from ml.progress import Progress

Floats = NDArray[np.float64]

COMMON: dict[str, Any] = {
    "border_count": 64,
    "one_hot_max_size": 32,
    "allow_writing_files": False,
    "verbose": False,
}
# Slow, shallow and regularised: overlapping labels leave few independent observations.
PARAMETERS: dict[str, Any] = {
    "loss_function": "RMSEWithUncertainty",
    # Of the rows fitted on nobody asks for it.
    "eval_metric": "RMSEWithUncertainty:hints=skip_train~true",
    "learning_rate": 0.03,
    "depth": 2,
    "l2_leaf_reg": 30,
    "bootstrap_type": "Bernoulli",
    "subsample": 0.7,
    "rsm": 0.3,
}
EARLY_STOPPING_ROUNDS = 50
# Rows whose values give the borders of a column's 64 bins well enough.
BORDER_ROWS = 20_000
# Trees that follow a function without noise, to a correlation of 0.99.
EXACT_PARAMETERS: dict[str, Any] = {
    "loss_function": "MultiRMSE",
    "iterations": 300,
    "learning_rate": 0.3,
    "depth": 2,
    "l2_leaf_reg": 0,
    "boost_from_average": False,
}


class _TreeCounter:
    """Tells a `Progress` of each tree."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def after_iteration(self, _: Any) -> bool:
        self._progress.add(1)
        return True


def fit(
    train: Pool,
    *,
    trees: int,
    seed: int,
    threads: int,
    validation: Pool | None = None,
    progress: Progress | None = None,
) -> CatBoostRegressor:
    """Fit at most `trees` trees; with `validation`, keep as many as did best there.

    The pool `train` is quantised, in place.
    """
    train.quantize(
        border_count=COMMON["border_count"], dev_max_subset_size_for_build_borders=BORDER_ROWS
    )
    callbacks = None if progress is None else [_TreeCounter(progress)]
    model = CatBoostRegressor(
        **COMMON, **PARAMETERS, iterations=trees, random_seed=seed, thread_count=threads
    )
    if validation is None:
        model.fit(train, callbacks=callbacks)
    else:
        model.fit(
            train,
            eval_set=validation,
            early_stopping_rounds=EARLY_STOPPING_ROUNDS,
            use_best_model=True,
            callbacks=callbacks,
        )
    return model


def fit_exactly(rows: Pool, features: tuple[str, ...], *, seed: int) -> CatBoostRegressor:
    """Trees over some features alone that give a function of them.

    On one thread: so small a fit waits for a second one longer than it gains.

    Args:
        rows: its label is the function's value, twice: a model has two dimensions.
        features: names of the features that the trees may use.
        seed: seed of the fit.
    """
    ignored = [name for name in rows.get_feature_names() if name not in features]
    model = CatBoostRegressor(
        **COMMON,
        **EXACT_PARAMETERS,
        ignored_features=ignored,
        random_seed=seed,
        thread_count=1,
    )
    model.fit(rows)
    return model


def combine(
    known: CatBoostRegressor | None,
    known_weight: float,
    learned: CatBoostRegressor,
    learned_weight: float,
    mean: float,
) -> CatBoostRegressor:
    """One model: the learned variance, and `mean` plus both models' means times their weights."""
    parts = [_with_leaves_times(learned, learned_weight, 1.0)]
    if known is not None:
        parts.append(_with_leaves_times(known, known_weight, 0.0))
    model = sum_models(parts)
    # CatBoost takes the loss, and so what a prediction is, from the metadata.
    metadata = model.get_metadata()
    metadata["params"] = learned.get_metadata()["params"]
    for key in list(metadata.keys()):
        if key != "params":
            del metadata[key]
    model = modifiable_copy(model)
    _, log_std = model.get_scale_and_bias()[1]
    model.set_scale_and_bias(1, [mean, log_std])
    return model


def calibrated(model: CatBoostRegressor, level: float, factor: float) -> CatBoostRegressor:
    """The model with `level` added to its mean, and its variance multiplied by `factor`."""
    scaled = modifiable_copy(model)
    mean, log_std = scaled.get_scale_and_bias()[1]
    scaled.set_scale_and_bias(1, [mean + level, log_std + np.log(factor) / 2])
    return scaled


def _with_leaves_times(
    model: CatBoostRegressor, mean_factor: float, log_std_factor: float
) -> CatBoostRegressor:
    # Leaf values alternate between the mean and the log of the standard deviation. A model that
    # has forecast before would go on with its old leaves: hence a copy.
    scaled = modifiable_copy(model)
    leaves = scaled.get_leaf_values().copy()
    leaves[0::2] *= mean_factor
    leaves[1::2] *= log_std_factor
    scaled.set_leaf_values(leaves)
    return scaled


def modifiable_copy(model: CatBoostRegressor) -> CatBoostRegressor:
    """A copy whose leaves, scale and bias may be set."""
    # CatBoost modifies models that it read from a file, but not those it read from bytes.
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model.cbm")
        model.save_model(path)
        return CatBoostRegressor().load_model(path)


def predict(
    model: CatBoostRegressor, pool: Pool, *, threads: int = -1, trees: int = 0
) -> tuple[Floats, Floats]:
    """Mean and variance, each (n,), by the first `trees` trees, or by all where it has no more."""
    mean, variance = model.predict(
        pool,
        prediction_type="RMSEWithUncertainty",
        ntree_end=min(trees, model.tree_count_),
        thread_count=threads,
    ).T
    return mean, variance


def to_bytes(model: CatBoostRegressor, form: str = "cbm") -> bytes:
    """The model in one of CatBoost's formats, without the time at which it was trained.

    Args:
        model: a fitted model.
        form: `cbm`, which `from_bytes` reads, or `json`, which shows trees and leaves.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"model.{form}"
        model.save_model(str(path), format=form)
        return path.read_bytes()


def from_bytes(model: bytes) -> CatBoostRegressor:
    """The model that `to_bytes` stored."""
    return CatBoostRegressor().load_model(blob=model)
