"""SHAP contributions, looked up by leaf: for shallow trees much faster than CatBoost's own.

In an oblivious tree, a contribution depends on nothing but the leaf in which a row ends. Those of
all leaves are worked out once a model; a row's contributions are sums over its leaves.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
from catboost import CatBoostRegressor
from numpy.typing import NDArray

from ml import boosting

Floats = NDArray[np.float64]

SPLITS_BY_A_FEATURE = {
    "FloatFeature": ("float_features", "float_feature_index"),
    "OneHotFeature": ("categorical_features", "cat_feature_index"),
}


@dataclass(frozen=True)
class LeafContributions:
    """Contributions to a model's first dimension, by tree and leaf.

    Attributes:
        width: features of the model.
        bias: what the model expects of a row of which nothing is known.
        trees: by tree, for each of its features its position and its contribution in each leaf.
    """

    width: int
    bias: float
    trees: tuple[tuple[tuple[int, Floats], ...], ...]

    @classmethod
    def of(cls, booster: CatBoostRegressor) -> "LeafContributions | None":
        """The contributions of a model; None where a tree splits by target statistics.

        CatBoost takes these for categories of more values than it makes one-hot.
        """
        model = json.loads(boosting.to_bytes(booster, "json"))
        trees, bias = [], model["scale_and_bias"][1][0]
        for tree in model["oblivious_trees"]:
            splits = tree["splits"] or []
            if not all(split["split_type"] in SPLITS_BY_A_FEATURE for split in splits):
                return None
            features = [_position(split, model["features_info"]) for split in splits]
            weights = np.array(tree["leaf_weights"], dtype=np.float64)
            values = np.array(tree["leaf_values"]).reshape(len(weights), -1)[:, 0]
            expected, contributions = tree_contributions(features, values, weights)
            bias += expected
            trees.append(tuple(contributions.items()))
        return cls(len(booster.feature_names_), bias, tuple(trees))

    def sum(self, leaves: NDArray[np.uint32]) -> Floats:
        """Contributions of each row, (n, width + 1): the last column is the bias.

        Args:
            leaves: (n, trees), the leaf of each row in each tree.
        """
        total = np.zeros((self.width + 1, len(leaves)))
        total[-1] = self.bias
        for tree, leaf in zip(self.trees, np.ascontiguousarray(leaves.T), strict=True):
            for feature, contribution in tree:
                total[feature] += contribution.take(leaf)
        return total.T


def tree_contributions(
    features: Sequence[int], values: Floats, weights: Floats
) -> tuple[float, dict[int, Floats]]:
    """Shapley values of an oblivious tree's features, in each of its leaves.

    Features are players whose value is what the tree expects once they are known: a split by an
    unknown feature is averaged over, as the rows that the tree was fitted on went (path-dependent
    TreeSHAP: Lundberg et al., From local explanations to global understanding with explainable AI
    for trees, 2020, algorithm 1).

    Args:
        features: the feature of each split; the first splits next to the leaves.
        values: (2^splits,) value of each leaf; bit k of its number is the outcome of split k.
        weights: (2^splits,) weight of the rows in each leaf.

    Returns:
        What the tree expects of a row of which nothing is known, and (2^splits,) by feature.
    """
    shape = (2,) * len(features)
    players = sorted(set(features))
    expected = {
        known: _expectation(features, values.reshape(shape), weights.reshape(shape), known)
        for size in range(len(players) + 1)
        for known in map(frozenset, combinations(players, size))
    }
    shapley = {player: np.zeros(len(values)) for player in players}
    for known, value in expected.items():
        for player in set(players) - known:
            orders = len(players) * comb(len(players) - 1, len(known))
            shapley[player] += (expected[known | {player}] - value).ravel() / orders
    return float(expected[frozenset()].flat[0]), shapley


def _expectation(
    features: Sequence[int], values: Floats, weights: Floats, known: frozenset[int]
) -> Floats:
    # The last axis is the first split.
    for axis, feature in zip(reversed(range(len(features))), features, strict=True):
        below = weights.sum(axis=axis, keepdims=True)
        if feature not in known:
            total = (values * weights).sum(axis=axis, keepdims=True)
            # Where no row went, CatBoost's leaves are 0.
            values = np.divide(total, below, out=np.zeros_like(total), where=below > 0)
        weights = below
    return np.broadcast_to(values, (2,) * len(features))


def _position(split: dict[str, Any], features_info: dict[str, Any]) -> int:
    kind, index = SPLITS_BY_A_FEATURE[split["split_type"]]
    position: int = features_info[kind][split[index]]["flat_feature_index"]
    return position
