from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest

from ml.learning import boosting, statistics
from ml.learning.boosting import to_pool
from ml.learning.forecasting import Sample
from ml.learning.matrix import FeatureSet
from ml.learning.splits import LatestBlock, WalkForward, sample_quarters
from ml.learning.training import error_quantiles, labelled_rows
from ml.warehouse import integrity
from ml.warehouse.fingerprints import fingerprint, parameters, versions
from ml.warehouse.progress import Progress
from ml.warehouse.settings import Settings, model_id
from ml.warehouse.training import SCHEMA, train
from tests import oracles

TICKERS = [f"T{number:02d}" for number in range(12)]
CATALOGUE = pl.DataFrame(
    {
        "feature": ["signal", "noise", "sector", "size", "value_score"],
        "kind": ["numeric", "numeric", "categorical", "numeric", "numeric"],
        "in_model": [True, True, True, False, True],
    }
)
SEEDS = pl.DataFrame({"seed": [1, 2, 3]})
MARKET_END = date(2020, 1, 31)
LABEL = "excess_return_ln_12m"
SETTINGS = Settings(steps=200, seed=5, cutoff_date=None, holdout_tickers=(), threads=1)


@pytest.fixture(scope="module")
def panel() -> tuple[pl.DataFrame, pl.DataFrame]:
    days = pl.date_range(date(2005, 2, 17), date(2019, 2, 17), "3mo", eager=True)
    keys = pl.DataFrame({"date": days}).join(pl.DataFrame({"ticker": TICKERS}), how="cross")
    random = np.random.default_rng(1)
    signal = random.normal(size=keys.height)
    features = keys.with_columns(
        signal=pl.Series(signal),
        noise=pl.Series(random.normal(size=keys.height)),
        sector=pl.Series(random.choice(["a", "b", None], keys.height).tolist(), dtype=pl.String),
        size=pl.lit(1.0),
        value_score=pl.Series(np.tanh(signal) / 2),
    )
    label = 0.3 * signal + 0.1 * random.normal(size=keys.height)
    labels = keys.with_columns(excess_return_ln_12m=pl.Series(label))
    is_open = pl.col("date") > date(2018, 2, 17)
    return features, labels.with_columns(
        excess_return_ln_12m=pl.when(~is_open).then("excess_return_ln_12m")
    )


@pytest.fixture(scope="module")
def trained(panel) -> pl.DataFrame:
    return train(*panel, CATALOGUE, SEEDS, MARKET_END, SETTINGS, 12)


def test_the_model_learns_what_there_is(trained):
    row = trained.row(0, named=True)
    tested = pl.DataFrame(row["test_predictions"])
    actual = tested["actual"].to_numpy()
    forecasts = {
        name: tested[f"{name}_mean"].to_numpy() for name in ("predicted", "naive", "ridge")
    }
    r2 = {
        name: statistics.r2_against(actual, f, row["train_mean"]) for name, f in forecasts.items()
    }
    assert r2["predicted"] > 0.3
    quarters = sample_quarters(tested["date"])
    assert statistics.rank_ic(quarters, actual, forecasts["predicted"], 3).mean > 0.5
    assert oracles.decile_spread(quarters, actual, forecasts["predicted"], 3).mean > 0.3
    assert row["data_weight"] > 0.9
    assert row["level"] == pytest.approx(0, abs=0.01)
    assert len(row["error_quantiles"]) == 199
    assert len(row["naive_error_quantiles"]) == len(row["ridge_error_quantiles"]) == 199
    assert r2["naive"] == 0
    assert r2["ridge"] > 0.3
    assert row["num_cols"] == 4
    assert row["train_rows"] + row["validation_rows"] + row["test_rows"] < row["num_rows"]
    assert len(row["test_predictions"]) == row["test_rows"]


def test_the_same_data_and_seed_give_the_same_model(panel, trained):
    shuffled = [frame.sample(fraction=1, shuffle=True, seed=3) for frame in panel]
    again = train(*shuffled, CATALOGUE, SEEDS, MARKET_END, SETTINGS, 12)
    volatile = ["trained_at", "training_date", "training_seconds", "model", "model_id"]
    assert again.drop(volatile).equals(trained.drop(volatile))
    features = FeatureSet.from_catalogue(CATALOGUE)
    pool = to_pool(panel[0], features)
    first, second = (
        boosting.predict(boosting.from_bytes(frame["model"][0]), pool) for frame in (trained, again)
    )
    assert np.array_equal(first, second)


def test_each_tree_is_counted_and_watching_changes_nothing(panel, trained):
    counted: list[Progress] = []

    def watch(what: str, total: int) -> Progress:
        counted.append(Progress(what, total, said.append, is_watched=False))
        return counted[0]

    said: list[str] = []
    watched = train(*panel, CATALOGUE, SEEDS, MARKET_END, SETTINGS, 12, watch)
    assert watched["test_predictions"].equals(trained["test_predictions"])
    assert watched["model"].equals(trained["model"])
    assert counted[0].what == "trees for 12 months"
    # Those of the blocks, and twice as many as the model has.
    assert counted[0].done == counted[0].total
    assert counted[0].done >= 2 * trained["trees"][0]
    assert [line.partition(" in ")[0] for line in said] == [
        f"{counted[0].done:,} trees for 12 months"
    ]


def test_a_ticker_held_out_is_not_trained_on(panel, trained):
    settings = Settings(steps=200, seed=5, cutoff_date=None, holdout_tickers=("T03",), threads=1)
    without = train(*panel, CATALOGUE, SEEDS, MARKET_END, settings, 12).row(0, named=True)
    assert without["num_tickers"] == len(TICKERS) - 1
    assert without["holdout_tickers"] == ["T03"]
    assert without["fingerprint"] != trained["fingerprint"][0]
    assert without["model_id"] != trained["model_id"][0]


def test_model_ids_tell_studies_apart():
    day = date(2026, 1, 2)
    study = Settings(10, None, date(2015, 12, 31), ("MSFT", "NVDA"), 1)
    assert model_id(36, day, SETTINGS) == "36m_2026-01-02"
    assert model_id(36, day, study).startswith("36m_2026-01-02_cutoff-2015-12-31_without-")


def test_each_seed_has_its_day():
    days = [date.fromordinal(datetime.now(UTC).date().toordinal() + i) for i in range(3)]
    assert sorted(replace(SETTINGS, seed=None).seed_of(day, [3, 1, 2]) for day in days) == [1, 2, 3]


def test_the_row_says_what_was_done(panel, trained):
    row = trained.row(0, named=True)
    rows = labelled_rows(*panel, LABEL)
    [(known, test)] = rows.folds(LatestBlock(12))
    folds = rows.take(known).folds(WalkForward(12))
    for name, first, last in (
        ("train", folds[0][0][0], folds[0][0][-1]),
        ("validation", folds[0][1][0], folds[-1][1][-1]),
        ("test", test[0], test[-1]),
    ):
        assert [row[f"{name}_{fact}"] for fact in ("rows", "from", "to")] == [
            last - first + 1,
            *rows.panel["date"][[first, last]],
        ]
    assert row["pred_col"] == LABEL
    assert row["horizon_months"] == 12
    assert row["training_date"] == datetime.now(UTC).date()
    assert row["model_id"] == model_id(12, row["training_date"], SETTINGS)
    assert (row["seed"], row["steps"], row["market_end"]) == (5, 200, MARKET_END)
    assert (row["cutoff_date"], row["holdout_tickers"]) == (None, [])
    assert 1 < row["trees"] <= 200
    assert (row["num_rows"], row["num_tickers"]) == (rows.panel.height, len(TICKERS))
    assert row["features"] == ["signal", "noise", "sector", "value_score"]
    assert row["categorical_features"] == ["sector"]
    assert row["feature_importances"] == pytest.approx(
        boosting.from_bytes(row["model"]).get_feature_importance()
    )
    assert (row["params"], row["library_versions"]) == (parameters(), versions())
    features = FeatureSet.from_catalogue(CATALOGUE)
    assert row["fingerprint"] == fingerprint(rows, features, LABEL, SETTINGS)
    assert row["model_sha256"] == integrity.digest(row)
    assert row["score_ic"] >= 0.01
    assert trained.schema == pl.Schema(SCHEMA)


def test_forecasts_are_of_the_test_block_and_widths_those_of_their_quantiles(panel, trained):
    row = trained.row(0, named=True)
    rows = labelled_rows(*panel, LABEL)
    frame = pl.DataFrame(row["test_predictions"])
    assert frame.select("ticker", "date").equals(
        rows.panel.filter(pl.col("date") >= row["test_from"]).select("ticker", "date")
    )
    quantiles = np.array(row["error_quantiles"])
    assert row["z_68"] == pytest.approx((quantiles[167] - quantiles[31]) / 2)
    assert row["z_95"] == pytest.approx((quantiles[194] - quantiles[4]) / 2)


def test_a_baseline_is_calibrated_on_the_rows_it_was_fitted_on():
    days = [date(2010, 2, 17)] * 100 + [date(2010, 5, 17)] * 100
    # Errors of 2 either way.
    known = Sample(pl.DataFrame({"date": days}), 0.5 + 2 * np.tile([1.0, -1.0], 100))
    quantiles = error_quantiles(lambda panel: np.full(panel.height, 0.5), known)
    assert len(quantiles) == 199
    assert set(quantiles.round(9)) == {-2.0, 2.0}


def test_without_a_seed_the_day_draws_one(panel):
    settings = replace(SETTINGS, seed=None, steps=1)
    row = train(*panel, CATALOGUE, SEEDS, MARKET_END, settings, 12).row(0, named=True)
    assert row["seed"] == settings.seed_of(row["training_date"], [1, 2, 3])
