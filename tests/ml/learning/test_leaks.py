"""What was not known yet changes no forecast: other labels, and the same to the last bit."""

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
from test_forecasting import FEATURES, fit, sample

from ml.learning import baselines, boosting, forecasting, statistics
from ml.learning.boosting import to_pool
from ml.learning.forecasting import Sample
from ml.learning.splits import LatestBlock, WalkForward
from ml.warehouse.backtesting import SCHEMA, backtest
from ml.warehouse.settings import Settings
from ml.warehouse.training import train

HORIZON = 12
LABEL = f"excess_return_ln_{HORIZON}m"
CATALOGUE = pl.DataFrame(
    {
        "feature": FEATURES.names,
        "kind": ["numeric", "numeric", "numeric", "categorical"],
        "in_model": [True] * 4,
    }
)
SETTINGS = Settings(steps=30, seed=1, cutoff_date=None, holdout_tickers=(), threads=1)
STUDY = replace(SETTINGS, holdout_tickers=("T03", "T04"))
FOLDS = 3
# Of a forecast, and of a row of the registry: what may be another each time.
OUTCOME = "actual"
VOLATILE = ("trained_at", "training_seconds")


@pytest.fixture(scope="module")
def rows() -> Sample:
    return sample(effect=0.3)


def is_closed(rows: Sample, day: date) -> np.ndarray:
    """Rows whose label was known before a day."""
    return (rows.panel["date"].dt.offset_by(f"{HORIZON}mo") < day).to_numpy()


def changed(rows: Sample, where: np.ndarray) -> Sample:
    """The rows with labels that say something else, of the same features, where told."""
    random = np.random.default_rng(9)
    other = 1 - 5 * rows.panel["signal"].to_numpy() + random.normal(size=len(where))
    return replace(rows, actual=np.where(where, other, rows.actual))


def tables(rows: Sample) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Panel and labels as `train` takes them."""
    return rows.panel, rows.panel.select("ticker", "date", pl.Series(LABEL, rows.actual))


def trained(rows: Sample, settings: Settings = SETTINGS) -> dict:
    seeds = pl.DataFrame({"seed": [1]})
    table = train(*tables(rows), CATALOGUE, seeds, date(2013, 3, 1), settings, HORIZON)
    return table.row(0, named=True)


@pytest.fixture(scope="module")
def honest(rows) -> dict:
    """What training makes of the labels as they are."""
    return trained(rows)


def backtested(rows: Sample, settings: Settings = SETTINGS) -> pl.DataFrame:
    seeds = pl.DataFrame({"seed": [1]})
    return backtest(*tables(rows), CATALOGUE, seeds, settings, [HORIZON], FOLDS, print)


def forecasts(model: dict) -> pl.DataFrame:
    """All that a model says of the test block, but for the outcomes."""
    return pl.DataFrame(model["test_predictions"]).drop(OUTCOME)


def rmse_of_test(model: dict) -> float:
    tested = pl.DataFrame(model["test_predictions"])
    return statistics.rmse(tested["actual"].to_numpy(), tested["predicted_mean"].to_numpy())


def of_all(model: dict, rows: Sample) -> list[float]:
    """What a stored model forecasts."""
    booster = boosting.from_bytes(model["model"])
    return boosting.predict(booster, to_pool(rows.panel, FEATURES))[0].tolist()


def final_model(rows: Sample, monkeypatch) -> forecasting.Forecaster:
    """The model that training keeps."""
    kept = []
    refit = forecasting.refit
    monkeypatch.setattr(
        forecasting, "refit", lambda *arguments: kept.append(refit(*arguments)) or kept[-1]
    )
    trained(rows)
    monkeypatch.undo()
    return kept[-1]


def test_forecasts_of_the_test_block_know_no_label_from_its_first_day_on(rows, honest):
    misled = trained(changed(rows, ~is_closed(rows, honest["test_from"])))
    assert forecasts(honest).equals(forecasts(misled))
    # Trees, intervals and the mean to be beaten were chosen before the test too.
    for fact in (
        *("trees", "train_mean", "error_quantiles", "z_68", "z_95"),
        *("naive_error_quantiles", "ridge_error_quantiles"),
    ):
        assert honest[fact] == misled[fact], fact
    # What the test says, and its say in the weight, come from these labels.
    assert rmse_of_test(honest) < rmse_of_test(misled)
    assert honest["data_weight"] > misled["data_weight"]


def test_forecasts_of_the_test_block_know_all_that_had_closed(rows, honest):
    dates, known = rows.panel["date"], is_closed(rows, honest["test_from"])
    for day in (dates[0], dates.filter(known)[-1]):
        other = forecasts(trained(changed(rows, (dates == day).to_numpy())))
        for forecast in ("predicted_mean", "predicted_std", "naive_mean", "ridge_mean"):
            assert not forecasts(honest)[forecast].equals(other[forecast])


def test_the_naive_mean_is_that_of_what_had_closed(rows, honest):
    known = rows.actual[is_closed(rows, honest["test_from"])]
    assert forecasts(honest)["naive_mean"].unique().to_list() == [known.mean()]
    assert honest["train_mean"] == known.mean()


def test_a_refit_knows_every_label(rows, honest):
    [(known, test)] = rows.folds(LatestBlock(HORIZON))
    dates = rows.panel["date"]
    last, first = dates[known].max(), dates[test].min()
    gap = dates.is_between(last, first, closed="none")
    for labels in (dates == dates[0], dates == dates.filter(gap)[0], dates == dates[-1]):
        other = trained(changed(rows, labels.to_numpy()))
        assert of_all(honest, rows) != of_all(other, rows)


def test_what_a_refit_records_of_the_test_block_was_forecast_before_it(rows, monkeypatch):
    [(_, test)] = rows.folds(LatestBlock(HORIZON))
    unknown = ~is_closed(rows, rows.panel["date"][test].min())
    before, after = (
        final_model(some, monkeypatch).record for some in (rows, changed(rows, unknown))
    )
    assert len(before.learned) > len(test)
    assert np.array_equal(before.learned, after.learned)
    assert np.array_equal(before.outcome[: -len(test)], after.outcome[: -len(test)])
    assert not np.array_equal(before.outcome[-len(test) :], after.outcome[-len(test) :])
    assert before.quarters[-len(test) :].equals(rows.take(test).quarters)


@pytest.mark.parametrize("number", range(4))
def test_a_block_is_forecast_by_trees_that_know_none_of_its_labels(rows, number, monkeypatch):
    # How many of the trees count is chosen on all blocks together: here all of them do.
    fit_trees = boosting.fit
    monkeypatch.setattr(
        boosting,
        "fit",
        lambda *pools, **options: fit_trees(*pools, **{**options, "validation": None}),
    )
    blocks = [block for _, block in rows.folds(WalkForward(HORIZON))]
    unknown = ~is_closed(rows, rows.panel["date"][blocks[number]].min())
    before, after = (fit(some, steps=20).record for some in (rows, changed(rows, unknown)))
    until = sum(len(block) for block in blocks[: number + 1])
    assert np.array_equal(before.learned[:until], after.learned[:until])
    if number == 0:
        # That which comes later does know them.
        assert not np.array_equal(before.learned[until:], after.learned[until:])


def test_a_block_is_forecast_by_trees_that_know_all_that_had_closed(rows):
    fold = rows.folds(WalkForward(HORIZON))[-1]
    first = rows.panel["date"][fold[1]].min()
    newest = rows.panel["date"].filter(is_closed(rows, first))[-1]
    for known in (rows.panel["date"] == newest, rows.panel["date"] < date(2001, 1, 1)):
        before, after = (
            fit(some, folds=[fold], steps=20).record
            for some in (rows, changed(rows, known.to_numpy()))
        )
        assert not np.array_equal(before.learned, after.learned)


def test_the_penalty_of_ridge_is_chosen_on_labels_of_their_own(rows):
    folds = rows.folds(WalkForward(HORIZON))
    first = rows.panel["date"][folds[0][1]].min()
    # Windows that reach into the validation block contradict all others.
    gap = ~is_closed(rows, first) & (rows.panel["date"] < first).to_numpy()
    before = baselines.ridge_on_all(rows, FEATURES, folds)
    after = baselines.ridge_on_all(changed(rows, gap), FEATURES, folds)
    assert before.penalty == after.penalty < max(baselines.PENALTIES)
    # Which labels decide the penalty, and which the forecast: those.
    later = (rows.panel["date"] >= first).to_numpy()
    turned = baselines.ridge_on_all(changed(rows, later), FEATURES, folds)
    assert turned.penalty == max(baselines.PENALTIES)
    assert not np.array_equal(before(rows.panel), after(rows.panel))


@pytest.fixture(scope="module")
def folds(rows) -> pl.DataFrame:
    return backtested(rows)


@pytest.mark.parametrize("fold", range(1, FOLDS + 1))
def test_forecasts_of_a_fold_know_no_label_from_its_first_day_on(rows, folds, fold):
    first = folds.filter(fold=fold)["fold_from"][0]
    again = backtested(changed(rows, ~is_closed(rows, first)))
    before, after = (
        frame.filter(pl.col("fold") <= fold).drop("trained_at") for frame in (folds, again)
    )
    assert set(before.columns) == {*SCHEMA} - {"trained_at"}
    assert before.drop(OUTCOME).equals(after.drop(OUTCOME))
    assert not before[OUTCOME].equals(after[OUTCOME])


def test_the_naive_mean_of_a_fold_is_that_of_what_had_closed(rows, folds):
    for first, naive_mean in folds.select("fold_from", "naive_mean").unique().iter_rows():
        assert naive_mean == rows.actual[is_closed(rows, first)].mean()


def test_forecasts_of_a_fold_know_all_that_had_closed(rows, folds):
    last = folds.filter(fold=FOLDS)
    newest = rows.panel["date"].filter(is_closed(rows, last["fold_from"][0]))[-1]
    assert last["train_to"].unique().to_list() == [newest]
    again = backtested(changed(rows, (rows.panel["date"] == newest).to_numpy()))
    for column in ("predicted_mean", "naive_mean", "ridge_mean", "lower_68", "upper_95"):
        assert not last[column].equals(again.filter(fold=FOLDS)[column])


def held_out(rows: Sample) -> np.ndarray:
    return rows.panel["ticker"].is_in(STUDY.holdout_tickers).to_numpy()


def test_labels_of_tickers_held_out_do_not_train(rows):
    before, after = (trained(some, STUDY) for some in (rows, changed(rows, held_out(rows))))
    for model in (before, after):
        model["model"] = of_all(model, rows)
    for name in (*VOLATILE, "model_sha256"):
        del before[name], after[name]
    assert before == after
    assert before["num_tickers"] == 30 - len(STUDY.holdout_tickers)
    assert not {row["ticker"] for row in before["test_predictions"]} & {*STUDY.holdout_tickers}


def test_labels_of_tickers_held_out_do_not_train_the_backtest_that_forecasts_them(rows, folds):
    before, after = (
        backtested(some, STUDY).drop("trained_at") for some in (rows, changed(rows, held_out(rows)))
    )
    assert before.drop(OUTCOME).equals(after.drop(OUTCOME))
    assert before.select("ticker", "date").equals(folds.select("ticker", "date"))
    assert not before["predicted_mean"].equals(folds["predicted_mean"])
