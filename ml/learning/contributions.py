"""SHAP contributions, looked up by leaf: for shallow trees much faster than the library's own.

In an oblivious tree, a contribution depends on nothing but the leaf in which a row ends. Those of
all leaves are worked out once a model; a row's contributions are sums over its leaves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from ml.learning.boosting import Ensemble

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LeafContributions:
    """Contributions to each dimension of a model, by tree and leaf.

    Attributes:
        width: features of the model.
        bias: (dimensions,) what the model expects of a row of which nothing is known.
        trees: by tree, for each of its features its position and its contributions in each leaf,
            (leaves, dimensions).
    """

    width: int
    bias: Floats
    trees: tuple[tuple[tuple[int, Floats], ...], ...]

    @classmethod
    def of(cls, ensemble: Ensemble) -> "LeafContributions":
        """The contributions of a model's trees."""
        bias = ensemble.constant.copy()
        trees = []
        for tree in ensemble.trees:
            expected, contributions = tree_contributions(*tree)
            bias += expected
            trees.append(tuple(contributions.items()))
        return cls(ensemble.width, bias, tuple(trees))

    def sum(self, leaves: NDArray[np.uint32]) -> Floats:
        """Contributions of each row, (n, dimensions, width + 1): the last column is the bias.

        Args:
            leaves: (n, trees), the leaf of each row in each tree.
        """
        total = np.zeros((self.width + 1, len(leaves), len(self.bias)))
        total[-1] = self.bias
        for tree, leaf in zip(self.trees, np.ascontiguousarray(leaves.T), strict=True):
            for feature, contribution in tree:
                total[feature] += contribution.take(leaf, axis=0)
        return total.transpose(1, 2, 0)


def tree_contributions(
    features: Sequence[int], values: Floats, weights: Floats
) -> tuple[Floats, dict[int, Floats]]:
    """Shapley values of an oblivious tree's features, in each of its leaves.

    Features are players whose value is what the tree expects once they are known: a split by an
    unknown feature is averaged over, as the rows that the tree was fitted on went (path-dependent
    TreeSHAP: Lundberg et al., From local explanations to global understanding with explainable AI
    for trees, 2020, algorithm 1).

    Args:
        features: the feature of each split; the first splits next to the leaves.
        values: (2^splits, dimensions) values of each leaf; bit k of its number is the outcome of
            split k.
        weights: (2^splits,) weight of the rows in each leaf.

    Returns:
        (dimensions,) what the tree expects of a row of which nothing is known, and
        (2^splits, dimensions) by feature.
    """
    players = sorted(set(features))
    expected = {
        known: _expectation(features, values, weights, known)
        for size in range(len(players) + 1)
        for known in map(frozenset, combinations(players, size))
    }
    shapley = {player: np.zeros(values.shape) for player in players}
    for known, value in expected.items():
        for player in set(players) - known:
            orders = len(players) * comb(len(players) - 1, len(known))
            shapley[player] += (expected[known | {player}] - value) / orders
    return expected[frozenset()][0], shapley


def _expectation(
    features: Sequence[int], values: Floats, weights: Floats, known: frozenset[int]
) -> Floats:
    # The last axis is the dimension, the one before it the first split.
    by_split = (2,) * len(features)
    shape = values.shape
    values, weights = values.reshape(*by_split, -1), weights.reshape(*by_split, 1)
    for axis, feature in zip(reversed(range(len(features))), features, strict=True):
        below = weights.sum(axis=axis, keepdims=True)
        if feature not in known:
            total = (values * weights).sum(axis=axis, keepdims=True)
            # Where no row went, CatBoost's leaves are 0.
            values = np.divide(total, below, out=np.zeros_like(total), where=below > 0)
        weights = below
    return np.broadcast_to(values, (*by_split, shape[-1])).reshape(shape)
