import numpy as np
import polars as pl
import pytest
from catboost import CatBoostRegressor, Pool

from ml.learning import boosting
from ml.learning.contributions import LeafContributions, tree_contributions
from ml.learning.matrix import FeatureSet
from ml.warehouse.explaining import StoredModel

ROWS = 400


def make_pool(categories: int = 4, dimensions: int = 1) -> Pool:
    """Numbers with gaps, one of them without values, and a category that decides much."""
    random = np.random.default_rng(7)
    numbers = random.normal(size=(ROWS, 4)).astype(np.float32)
    numbers[random.random((ROWS, 4)) < 0.2] = np.nan
    numbers[:, 3] = np.nan
    category = random.integers(0, categories, ROWS)
    label = np.nan_to_num(numbers[:, 0] * numbers[:, 1]) + 2.0 * (category % 2)
    frame = pl.DataFrame(numbers, schema=["a", "b", "c", "empty"]).with_columns(
        category=pl.Series(category).cast(pl.String)
    )
    return Pool(frame, label=np.column_stack([label] * dimensions), cat_features=["category"])


def fitted(pool: Pool, **parameters) -> CatBoostRegressor:
    settings = {**boosting.COMMON, **boosting.PARAMETERS, "iterations": 30, "rsm": 1, **parameters}
    return CatBoostRegressor(**settings, random_seed=1).fit(pool)


def by_leaf(model: CatBoostRegressor) -> LeafContributions:
    return LeafContributions.of(boosting.ensemble(model))


def test_two_splits_by_hand():
    # Split 0 is by feature 5, split 1, the root, by feature 2; leaves: both no, 5, 2, both.
    # In a second dimension, only feature 2 tells the leaves apart.
    values = np.array([[1.0, 0.0], [3.0, 0.0], [5.0, 8.0], [11.0, 8.0]])
    weights = np.array([4.0, 2.0, 1.0, 1.0])
    expected, contributions = tree_contributions([5, 2], values, weights)
    assert expected[0] == (4 * 1 + 2 * 3 + 5 + 11) / 8 == 3.25
    assert expected[1] == (1 + 1) * 8 / 8 == 2
    # In the last leaf. 5 known: (6 x 3 + 2 x 11) / 8 = 5; 2 known: (5 + 11) / 2 = 8; both: 11.
    assert contributions[5][3, 0] == ((5 - 3.25) + (11 - 8)) / 2 == 2.375
    assert contributions[2][3, 0] == ((8 - 3.25) + (11 - 5)) / 2 == 5.375
    # 5 known: (6 x 0 + 2 x 8) / 8 = 2, as much as nothing known; 2 known, or both: 8.
    assert (contributions[5][3, 1], contributions[2][3, 1]) == (0, 6)
    assert np.allclose(sum(contributions.values()) + expected, values)


def test_two_splits_by_one_feature_have_one_player():
    values, weights = np.array([[1.0], [2.0], [0.0], [4.0]]), np.array([1.0, 2.0, 0.0, 1.0])
    expected, contributions = tree_contributions([1, 1], values, weights)
    assert expected == 9 / 4
    assert np.array_equal(contributions[1], values - 9 / 4)


@pytest.mark.parametrize("depth", range(1, 7))
def test_they_are_those_of_catboost(depth):
    pool = make_pool()
    booster = fitted(pool, depth=depth, learning_rate=0.3)
    ours = by_leaf(booster).sum(boosting.leaves(booster, pool))
    assert ours.shape == (ROWS, 2, 6)
    assert (np.ptp(ours[:, :, 0], axis=0) > 0.01).all()
    assert np.allclose(ours, boosting.contributions(booster, pool), rtol=0, atol=1e-12)


def test_they_are_those_of_catboost_for_a_model_of_two_parts():
    pool = make_pool()
    known = boosting.fit_exactly(make_pool(dimensions=2), ("a", "b"), seed=1)
    learned = boosting.fit(make_pool(), trees=30, seed=1, threads=1)
    model = boosting.combine(known, 0.05, learned, 0.4, 0.2)
    ours = by_leaf(model).sum(boosting.leaves(model, pool))
    mean, variance = boosting.predict(model, pool)
    forecast = np.column_stack([mean, np.log(variance) / 2])
    assert np.allclose(ours.sum(axis=2), forecast, rtol=0, atol=1e-12)
    assert np.allclose(ours, boosting.contributions(model, pool), rtol=0, atol=1e-12)


def test_a_tree_without_splits_has_no_contributions():
    pool = make_pool()
    # Of few columns, rsm leaves some trees none.
    booster = fitted(pool, rsm=0.01)
    assert () in by_leaf(booster).trees
    ours = by_leaf(booster).sum(boosting.leaves(booster, pool))
    assert np.allclose(ours, boosting.contributions(booster, pool), rtol=0, atol=1e-12)


def test_catboost_itself_explains_target_statistics():
    pool = make_pool(categories=60)
    booster = fitted(pool)
    assert boosting.ensemble(booster) is None
    features = FeatureSet(("a", "b", "c", "empty", "category"), frozenset({"category"}))
    values = StoredModel({}, features, booster).contributions(pool)
    mean, variance = boosting.predict(booster, pool)
    forecast = np.column_stack([mean, np.log(variance) / 2])
    assert (np.ptp(values[:, :, -2], axis=0) > 0.01).all()
    assert np.allclose(values.sum(axis=2), forecast, rtol=0, atol=1e-12)
