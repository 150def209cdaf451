import ast
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from ml import boosting, statistics
from ml.matrix import FeatureSet, to_pool
from ml.progress import Progress
from ml.splits import sample_quarters
from ml.training import CODE, Settings, draw_seed, model_id, train

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
    assert statistics.decile_spread(quarters, actual, forecasts["predicted"], 3).mean > 0.3
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
    assert without["fingerprint"] != trained["fingerprint"][0]
    assert without["model_id"] != trained["model_id"][0]


def test_model_ids_tell_studies_apart():
    day = date(2026, 1, 2)
    study = Settings(10, None, date(2015, 12, 31), ("MSFT", "NVDA"), 1)
    assert model_id(36, day, SETTINGS) == "36m_2026-01-02"
    assert model_id(36, day, study).startswith("36m_2026-01-02_cutoff-2015-12-31_without-")


def test_each_seed_has_its_day():
    days = [date.fromordinal(datetime.now(UTC).date().toordinal() + i) for i in range(3)]
    assert sorted(draw_seed([3, 1, 2], day) for day in days) == [1, 2, 3]


def test_the_digest_of_code_covers_what_training_imports():
    # How far it is, when it was and a digest of it decide nothing.
    counted = {*CODE, "progress", "clock", "integrity"}
    for module in CODE:
        for node in ast.walk(ast.parse(Path(f"ml/{module}.py").read_text())):
            if isinstance(node, ast.ImportFrom) and node.module == "ml":
                assert {name.name for name in node.names} <= counted
            elif isinstance(node, ast.ImportFrom) and node.module.startswith("ml."):
                assert node.module.removeprefix("ml.") in counted
