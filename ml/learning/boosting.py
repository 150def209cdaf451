"""Boosted trees as this project uses them: a mean and a variance for every row, models as bytes.

All that is CatBoost's stands here: another library takes the place of this module alone.
"""

import json
import tempfile
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeAlias

import catboost
import numpy as np
import polars as pl
from numpy.typing import NDArray

from ml.learning.matrix import FeatureSet, prepare

Floats = NDArray[np.float64]
Booster: TypeAlias = catboost.CatBoostRegressor
Pool: TypeAlias = catboost.Pool

# The distribution whose version decides a model.
LIBRARY = "catboost"

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
SPLITS_BY_A_FEATURE = {
    "FloatFeature": ("float_features", "float_feature_index"),
    "OneHotFeature": ("categorical_features", "cat_feature_index"),
}


class Count(Protocol):
    """What is told of each tree."""

    done: int
    total: int

    def add(self, count: int) -> None:
        """Note that `count` more are done."""


class Tree(NamedTuple):
    """An oblivious tree: bit k of a leaf's number is the outcome of split k.

    Attributes:
        features: the position of each split's feature; the first splits next to the leaves.
        values: (leaves, dimensions), what each leaf adds to a forecast.
        weights: (leaves,) weight of the rows in each leaf.
    """

    features: list[int]
    values: Floats
    weights: Floats


class Ensemble(NamedTuple):
    """The trees of a model, which add up to its forecast.

    Attributes:
        width: features of the model.
        constant: (dimensions,) what is added to the trees.
        trees: in the order in which `leaves` numbers them.
    """

    width: int
    constant: Floats
    trees: list[Tree]


class _TreeCounter:
    """Tells a `Count` of each tree."""

    def __init__(self, progress: Count) -> None:
        self._progress = progress

    def after_iteration(self, _: Any) -> bool:
        self._progress.add(1)
        return True


def to_pool(
    panel: pl.DataFrame,
    features: FeatureSet,
    label: Floats | None = None,
    weight: Floats | None = None,
) -> Pool:
    """The panel's rows, in their order, as the library takes them.

    Args:
        panel: n rows with the features' columns.
        features: which columns, in which order.
        label: (n,) or (n, dimensions), what is to be learned.
        weight: (n,) weights of the rows.

    Raises:
        FeatureMismatchError: the panel lacks a column.
    """
    pool = Pool(
        prepare(panel, features),
        label=label,
        cat_features=[name for name in features.names if name in features.categorical],
    )
    if weight is not None:
        pool.set_weight(weight)
    return pool


def labels(pool: Pool) -> Floats:
    """The (n,) labels of a pool, in the precision in which it holds them."""
    return np.asarray(pool.get_label(), dtype=np.float64)


def fit(
    train: Pool,
    *,
    trees: int,
    seed: int,
    threads: int,
    validation: Pool | None = None,
    progress: Count | None = None,
) -> Booster:
    """Fit at most `trees` trees; with `validation`, keep as many as did best there.

    The pool `train` is quantised, in place.
    """
    train.quantize(
        border_count=COMMON["border_count"], dev_max_subset_size_for_build_borders=BORDER_ROWS
    )
    callbacks = None if progress is None else [_TreeCounter(progress)]
    model = Booster(
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


def fit_exactly(rows: Pool, features: tuple[str, ...], *, seed: int) -> Booster:
    """Trees over some features alone that give a function of them.

    On one thread: so small a fit waits for a second one longer than it gains.

    Args:
        rows: its label is the function's value, twice: a model has two dimensions.
        features: names of the features that the trees may use.
        seed: seed of the fit.
    """
    ignored = [name for name in rows.get_feature_names() if name not in features]
    model = Booster(
        **COMMON,
        **EXACT_PARAMETERS,
        ignored_features=ignored,
        random_seed=seed,
        thread_count=1,
    )
    model.fit(rows)
    return model


def combine(
    known: Booster | None,
    known_weight: float,
    learned: Booster,
    learned_weight: float,
    mean: float,
) -> Booster:
    """One model: the learned variance, and `mean` plus both models' means times their weights."""
    parts = [_with_leaves_times(learned, learned_weight, 1.0)]
    if known is not None:
        parts.append(_with_leaves_times(known, known_weight, 0.0))
    model = catboost.sum_models(parts)
    # CatBoost takes the loss, and so what a prediction is, from the metadata.
    metadata = model.get_metadata()
    metadata["params"] = _of_any_fit(learned.get_metadata()["params"])
    for key in list(metadata.keys()):
        if key != "params":
            del metadata[key]
    model = modifiable_copy(model)
    _, log_std = model.get_scale_and_bias()[1]
    model.set_scale_and_bias(1, [mean, log_std])
    return model


def calibrated(model: Booster, level: float, factor: float) -> Booster:
    """The model with `level` added to its mean, and its variance multiplied by `factor`."""
    scaled = modifiable_copy(model)
    mean, log_std = scaled.get_scale_and_bias()[1]
    scaled.set_scale_and_bias(1, [mean + level, log_std + np.log(factor) / 2])
    return scaled


def _of_any_fit(params: str) -> str:
    """Parameters without what made no tree another, and would make other bytes of one model.

    That is on how many threads trees were fitted, and whether they were counted.
    """
    told = json.loads(params)
    told["flat_params"].pop("callbacks", None)
    for part in ("flat_params", "system_options"):
        told[part]["thread_count"] = 1
    return json.dumps(told, separators=(",", ":"), ensure_ascii=False)


def _with_leaves_times(model: Booster, mean_factor: float, log_std_factor: float) -> Booster:
    # Leaf values alternate between the mean and the log of the standard deviation. A model that
    # has forecast before would go on with its old leaves: hence a copy.
    scaled = modifiable_copy(model)
    leaves = scaled.get_leaf_values().copy()
    leaves[0::2] *= mean_factor
    leaves[1::2] *= log_std_factor
    scaled.set_leaf_values(leaves)
    return scaled


def modifiable_copy(model: Booster) -> Booster:
    """A copy whose leaves, scale and bias may be set."""
    # CatBoost modifies models that it read from a file, but not those it read from bytes.
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model.cbm")
        model.save_model(path)
        return Booster().load_model(path)


def predict(
    model: Booster, pool: Pool, *, threads: int = -1, trees: int = 0
) -> tuple[Floats, Floats]:
    """Mean and variance, each (n,), by the first `trees` trees, or by all where it has no more."""
    mean, variance = model.predict(
        pool,
        prediction_type="RMSEWithUncertainty",
        ntree_end=min(trees, model.tree_count_),
        thread_count=threads,
    ).T
    return mean, variance


def to_bytes(model: Booster, form: str = "cbm") -> bytes:
    """The model in one of CatBoost's formats, without the time at which it was trained.

    Args:
        model: a fitted model.
        form: `cbm`, which `from_bytes` reads, or `json`, which shows trees and leaves.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"model.{form}"
        model.save_model(str(path), format=form)
        return path.read_bytes()


def from_bytes(model: bytes) -> Booster:
    """The model that `to_bytes` stored."""
    return Booster().load_model(blob=model)


def tree_count(model: Booster) -> int:
    """Number of trees."""
    return int(model.tree_count_)


def importances(model: Booster) -> list[float]:
    """How much the forecast depends on each feature, mean and variance together, in percent."""
    importance: list[float] = model.get_feature_importance().tolist()
    return importance


def contributions(model: Booster, pool: Pool) -> Floats:
    """SHAP contributions to the mean and to the log of the standard deviation.

    The library's own, for every kind of tree; `ml.learning.contributions` is faster for some.

    Returns:
        (n, 2, features + 1): the last column is the bias.
    """
    # CatBoost explains the first dimension alone, so the second one is made the first.
    exchanged = modifiable_copy(model)
    values = exchanged.get_leaf_values().reshape(-1, 2)
    exchanged.set_leaf_values(values[:, ::-1].ravel())
    scale, bias = exchanged.get_scale_and_bias()
    exchanged.set_scale_and_bias(scale, bias[::-1])
    return np.concatenate(
        [each.get_feature_importance(pool, type="ShapValues") for each in (model, exchanged)],
        axis=1,
    )


def leaves(model: Booster, pool: Pool) -> NDArray[np.uint32]:
    """The leaf of each row in each tree, (n, trees)."""
    return np.asarray(model.calc_leaf_indexes(pool), dtype=np.uint32)


def ensemble(model: Booster) -> Ensemble | None:
    """The trees of a model; None where one of them splits by target statistics.

    CatBoost takes these for categories of more values than it makes one-hot.
    """
    stored = json.loads(to_bytes(model, "json"))
    scale, constant = stored["scale_and_bias"]
    trees = []
    for tree in stored["oblivious_trees"]:
        splits = tree["splits"] or []
        if not all(split["split_type"] in SPLITS_BY_A_FEATURE for split in splits):
            return None
        weights = np.array(tree["leaf_weights"], dtype=np.float64)
        trees.append(
            Tree(
                [_position(split, stored["features_info"]) for split in splits],
                scale * np.array(tree["leaf_values"]).reshape(len(weights), -1),
                weights,
            )
        )
    return Ensemble(len(model.feature_names_), np.array(constant, dtype=np.float64), trees)


def _position(split: dict[str, Any], features_info: dict[str, Any]) -> int:
    kind, index = SPLITS_BY_A_FEATURE[split["split_type"]]
    position: int = features_info[kind][split[index]]["flat_feature_index"]
    return position
