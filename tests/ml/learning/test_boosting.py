import json

import numpy as np
import polars as pl
import pytest
from catboost import Pool

from ml.learning import boosting
from ml.warehouse.progress import Progress

ROWS = 300


def numbers(seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(ROWS, 3)).astype(np.float32)


def make_pool(label=None, seed: int = 1) -> Pool:
    """Three numbers, of which `a` is the label where none is given."""
    values = numbers(seed)
    if label is None:
        label = values[:, 0]
    return Pool(pl.DataFrame(values, schema=["a", "b", "c"]), label=label)


def learned(trees: int = 20, **options):
    return boosting.fit(make_pool(), **{"trees": trees, "seed": 7, "threads": 1, **options})


def test_a_fit_has_the_trees_seed_and_parameters_asked_for():
    model = learned()
    stated = model.get_all_params()
    assert model.tree_count_ == stated["iterations"] == 20
    assert (stated["random_seed"], model.get_params()["thread_count"]) == (7, 1)
    for name, value in {**boosting.COMMON, **boosting.PARAMETERS}.items():
        assert model.get_params()[name] == value
    other = learned(seed=8)
    assert not np.array_equal(*(boosting.predict(each, make_pool())[0] for each in (model, other)))


def test_the_pool_is_quantised_in_place():
    pool = make_pool()
    assert not pool.is_quantized()
    boosting.fit(pool, trees=1, seed=1, threads=1)
    assert pool.is_quantized()


def test_validation_keeps_as_many_trees_as_did_best_there():
    # Of labels that contradict the rows fitted on, each tree makes a forecast worse.
    against = make_pool(-numbers(2)[:, 0], seed=2)
    counted = Progress("trees", 500, print, is_watched=False)
    model = learned(500, validation=against, progress=counted)
    assert model.tree_count_ <= 2
    # It stops that many rounds after the best.
    assert counted.done == model.tree_count_ + boosting.EARLY_STOPPING_ROUNDS
    assert learned(30, validation=make_pool(seed=2)).tree_count_ == 30


def test_each_tree_is_counted():
    counted = Progress("trees", 20, print, is_watched=False)
    learned(progress=counted)
    assert counted.done == 20


def test_an_exact_fit_follows_a_function_of_the_features_named():
    score = np.tanh(numbers()[:, 0]) + numbers()[:, 1]
    rows = make_pool(np.column_stack([score] * 2))
    model = boosting.fit_exactly(rows, ("a", "b"), seed=3)
    first, second = model.predict(rows).T
    assert np.corrcoef(first, score)[0, 1] > 0.99
    assert np.array_equal(first, second)
    assert model.get_feature_importance()[2] == 0
    stated = model.get_params()
    assert (stated["random_seed"], stated["thread_count"]) == (3, 1)
    for name, value in {**boosting.COMMON, **boosting.EXACT_PARAMETERS}.items():
        assert stated[name] == value


@pytest.mark.parametrize("with_known", [True, False])
def test_one_model_of_two_has_both_means_and_the_learned_variance(with_known):
    pool = make_pool(seed=5)
    score = numbers()[:, 1]
    known = boosting.fit_exactly(make_pool(np.column_stack([score] * 2)), ("b",), seed=1)
    trees = learned()
    model = boosting.combine(known if with_known else None, 0.5, trees, 0.25, 0.125)
    mean, variance = boosting.predict(model, pool)
    trees_mean, trees_variance = boosting.predict(trees, pool)
    # Trees learn what remains beside their own constant, which combining takes away.
    constant = trees.get_scale_and_bias()[1][0]
    expected = 0.125 + 0.25 * (trees_mean - constant)
    if with_known:
        expected += 0.5 * known.predict(pool)[:, 0]
    assert np.allclose(mean, expected, atol=1e-12)
    assert np.allclose(variance, trees_variance, rtol=1e-12)
    # Neither part was changed, and none of what they were fitted with is told.
    assert np.array_equal(boosting.predict(trees, pool)[0], trees_mean)
    assert set(model.get_metadata().keys()) == {"params"}
    assert "RMSEWithUncertainty" in model.get_metadata()["params"]


def test_a_models_bytes_do_not_tell_how_it_was_fitted():
    fits = [
        learned(),
        learned(threads=2),
        learned(progress=Progress("trees", 20, print, is_watched=False)),
    ]
    assert len({boosting.to_bytes(each) for each in fits}) == 3
    combined = [boosting.combine(None, 0.0, each, 1.0, 0.0) for each in fits]
    assert len({boosting.to_bytes(each) for each in combined}) == 1
    assert combined[0].get_params()["depth"] == boosting.PARAMETERS["depth"]


def test_a_calibrated_model_has_another_level_and_scale():
    trees, pool = learned(), make_pool(seed=5)
    mean, variance = boosting.predict(trees, pool)
    calibrated_mean, calibrated_variance = boosting.predict(
        boosting.calibrated(trees, 0.5, 4.0), pool
    )
    assert np.allclose(calibrated_mean, mean + 0.5, atol=1e-12)
    assert np.allclose(calibrated_variance, 4 * variance, rtol=1e-12)


def test_fewer_trees_forecast_as_they_did_when_there_were_no_more():
    trees, pool = learned(), make_pool(seed=5)
    few = boosting.predict(trees, pool, trees=5)
    assert np.allclose(few, boosting.predict(learned(5), pool), atol=1e-12)
    for number in (0, 20, 99):
        assert np.array_equal(
            boosting.predict(trees, pool, trees=number), boosting.predict(trees, pool)
        )


def test_a_model_is_stored_whole():
    trees, pool = learned(), make_pool(seed=5)
    again = boosting.from_bytes(boosting.to_bytes(trees))
    assert np.array_equal(boosting.predict(again, pool), boosting.predict(trees, pool))
    assert len(json.loads(boosting.to_bytes(trees, "json"))["oblivious_trees"]) == 20


def test_a_copy_leaves_no_file_and_changes_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    trees, pool = learned(), make_pool(seed=5)
    before = boosting.predict(trees, pool)
    boosting.modifiable_copy(trees).set_scale_and_bias(1, [9, 9])
    assert np.array_equal(boosting.predict(trees, pool), before)
    assert list(tmp_path.iterdir()) == []
