from dataclasses import replace
from datetime import date

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pytest
import shap

from ml.learning.boosting import to_pool
from ml.learning.matrix import FeatureMismatchError
from ml.warehouse import studies
from ml.warehouse.explaining import StoredModel, explain, explanations, rows_to_explain
from ml.warehouse.integrity import DamagedModelError
from ml.warehouse.progress import Progress
from ml.warehouse.registry import NoModelError, models_to_explain, needed_studies, newest_models
from ml.warehouse.settings import Settings
from ml.warehouse.training import train

TICKERS = [f"T{number:02d}" for number in range(12)]
CATALOGUE = pl.DataFrame(
    {
        "feature": ["signal", "noise", "sector"],
        "kind": ["numeric", "numeric", "categorical"],
        "in_model": [True, True, True],
    }
)
SEEDS = pl.DataFrame({"seed": [1]})
MARKET_END = date(2019, 3, 1)
SETTINGS = Settings(steps=20, seed=5, cutoff_date=None, holdout_tickers=(), threads=1)
SCHEMA = pl.Schema(
    {
        **dict.fromkeys(("model_id", "pred_col", "ticker"), pl.String),
        "date": pl.Date,
        "feature": pl.String,
        **dict.fromkeys(("shap_value", "feature_value"), pl.Float64),
        "feature_category": pl.String,
        **dict.fromkeys(("bias", "predicted_mean", "predicted_std"), pl.Float64),
        **dict.fromkeys(("predicted_return", "predicted_return_std", "actual"), pl.Float64),
        "training_date": pl.Date,
        "trained_at": pl.Datetime("us", "UTC"),
        "seed": pl.Int64,
        **dict.fromkeys(("risk_shap_value", "risk_bias"), pl.Float64),
    }
)
STUDY = replace(SETTINGS, holdout_tickers=("T03",))


@pytest.fixture(scope="module")
def con():
    """A market whose outcome follows `signal`, and the registry of its models."""
    days = pl.date_range(date(2005, 2, 17), date(2019, 2, 17), "3mo", eager=True)
    keys = pl.DataFrame({"date": days}).join(pl.DataFrame({"ticker": TICKERS}), how="cross")
    random = np.random.default_rng(1)
    signal = random.normal(size=keys.height)
    features = keys.with_columns(
        signal=pl.Series(signal),
        noise=pl.Series(random.normal(size=keys.height)),
        sector=pl.Series(random.choice(["a", "b", None], keys.height).tolist(), dtype=pl.String),
    )
    labels = keys.with_columns(excess_return_ln_12m=pl.Series(0.3 * signal)).with_columns(
        excess_return_ln_12m=pl.when(pl.col("date") <= date(2018, 2, 17)).then(
            "excess_return_ln_12m"
        )
    )
    registry = pl.concat(
        train(features, labels, CATALOGUE, SEEDS, MARKET_END, settings, 12)
        for settings in (SETTINGS, STUDY)
    )
    con = duckdb.connect()
    con.register("features", features)
    con.register("excess_returns", labels)
    con.register("trained_12m", registry)
    return con


def panel(con, since=None):
    return rows_to_explain(con.table("features"), con.table("excess_returns"), since)


def stored(con, holdout_tickers=()) -> StoredModel:
    return StoredModel.load(newest_models(con.table("trained_12m"), None, holdout_tickers)[12])


def table(batches) -> pl.DataFrame:
    """What DuckDB makes of the batches."""
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        con.register("batches", pa.Table.from_batches(batches))
        return con.sql("from batches").pl()


def test_contributions_add_up_and_agree_with_the_shap_package(con):
    model = stored(con)
    rows = panel(con).order("ticker").pl()
    explained = table(explain(rows, [model]))
    assert explained.schema == SCHEMA
    assert explained.height == len(TICKERS) * 3
    sums = explained.group_by("ticker").agg(
        total=pl.col("shap_value").sum() + pl.col("bias").first(),
        mean=pl.col("predicted_mean").first(),
        risk_total=pl.col("risk_shap_value").sum() + pl.col("risk_bias").first(),
        log_std=pl.col("predicted_std").first().log(),
    )
    assert np.allclose(sums["total"], sums["mean"], atol=1e-12)
    assert np.allclose(sums["risk_total"], sums["log_std"], atol=1e-12)
    reference = shap.TreeExplainer(model.booster).shap_values(to_pool(rows, model.features))
    ours = explained["shap_value"].to_numpy().reshape(len(TICKERS), 3)
    assert np.allclose(np.asarray(reference).reshape(-1, len(TICKERS), 3)[0], ours, atol=1e-9)
    # The package leaves the risk out; test_contributions.py compares it with CatBoost.
    assert explained["risk_shap_value"].n_unique() > len(TICKERS)


def test_returns_are_those_of_money_with_all_that_a_forecast_leaves_open(con):
    model = stored(con)
    rows = panel(con).order("ticker").pl()
    explained = table(explain(rows, [model])).filter(pl.col("feature") == "noise")
    mean, std = (explained[name].to_numpy() for name in ("predicted_mean", "predicted_std"))
    gross = np.exp(mean[:, None] + np.array(model.row["error_quantiles"]) * std[:, None])
    assert np.allclose(explained["predicted_return"], gross.mean(axis=1) - 1)
    assert np.allclose(explained["predicted_return_std"], gross.std(axis=1))
    assert (explained["predicted_return"].to_numpy() > np.expm1(mean)).all()


def test_a_damaged_model_is_named_before_it_is_read(con):
    row = stored(con).row
    damaged = {
        "model": row["model"][:1000],
        "features": row["features"][:1],
        "error_quantiles": [99.0],
        "z_68": 9.0,
    }
    for column, value in damaged.items():
        with pytest.raises(
            DamagedModelError, match=rf"{row['model_id']} is damaged.*retrain: true"
        ):
            StoredModel.load({**row, column: value})
    assert (
        StoredModel.load({**row, "model_sha256": None}).row["error_quantiles"]
        == row["error_quantiles"]
    )


def test_each_contribution_stands_beside_its_value(con):
    rows = panel(con).order("ticker").pl()
    wide = table(explain(rows, [stored(con)])).pivot(
        on="feature", index="ticker", values=["feature_value", "feature_category"]
    )
    assert wide["feature_value_signal"].equals(rows["signal"], check_names=False)
    assert wide["feature_value_noise"].equals(rows["noise"], check_names=False)
    assert wide["feature_value_sector"].null_count() == len(TICKERS)
    assert (
        wide["feature_category_sector"].to_list() == rows["sector"].fill_null("unknown").to_list()
    )
    assert wide["feature_category_signal"].null_count() == len(TICKERS)


def test_the_stream_is_what_explaining_all_at_once_gives(con, monkeypatch):
    models = [stored(con), stored(con, ("T03",))]
    rows = panel(con, date(2000, 1, 1))
    whole = table(explain(rows.order("ticker, date").pl(), models))
    # One forecast at a time.
    monkeypatch.setattr("ml.warehouse.explaining.ROWS_AT_ONCE", 3)
    said = []
    progress = Progress("forecasts explained", 2 * len(rows), said.append, is_watched=False)
    batches = list(explanations(rows, models, progress))
    assert len(batches) == 2 * len(rows)
    order = ("model_id", "ticker", "date", "feature")
    assert table(batches).sort(order).equals(whole.sort(order))
    [line] = said
    assert line.startswith(f"{2 * len(rows):,} forecasts explained in ")


def test_a_model_refuses_a_panel_without_its_features(con):
    model = stored(con)
    rows = panel(con).select("* exclude (signal)")
    with pytest.raises(FeatureMismatchError, match="no column signal"):
        list(explain(rows.pl(), [model]))
    with pytest.raises(Exception, match="no column signal"):
        list(explanations(rows, [model], Progress("", 1, print, is_watched=False)))


def test_history_since_a_day(con):
    assert len(panel(con, date(2018, 11, 17))) == 2 * len(TICKERS)
    assert panel(con).aggregate("min(date), max(date)").fetchall() == [
        (date(2019, 2, 17), date(2019, 2, 17))
    ]


def test_a_build_explains_with_its_own_study_or_with_the_model_named(con):
    registry = con.table("trained_12m")
    ids = dict(
        con.sql(
            "select array_to_string(holdout_tickers, ','), model_id from trained_12m"
        ).fetchall()
    )
    for settings, tickers in ((SETTINGS, ""), (STUDY, "T03")):
        [row] = models_to_explain(registry, None, settings)
        assert row["model_id"] == ids[tickers]
        [row] = models_to_explain(registry, ids[tickers], SETTINGS)
        assert row["model_id"] == ids[tickers]
    with pytest.raises(NoModelError, match="T04"):
        models_to_explain(registry, None, replace(SETTINGS, holdout_tickers=("T04",)))
    with pytest.raises(NoModelError, match="nothing"):
        models_to_explain(registry, "nothing", SETTINGS)


def test_a_study_trains_what_it_is_compared_with_only_where_there_is_none(con):
    registry = con.table("trained_12m")
    assert needed_studies(SETTINGS, None) == [SETTINGS]
    assert needed_studies(STUDY, None) == [SETTINGS, STUDY]
    assert needed_studies(STUDY, registry) == [STUDY]
    earlier = replace(STUDY, cutoff_date=date(2016, 6, 30))
    assert needed_studies(earlier, registry) == [replace(earlier, holdout_tickers=()), earlier]


def test_a_study_sets_both_forecasts_beside_the_outcome(con):
    rows = panel(con, date(2000, 1, 1)).filter("ticker = 'T03'").pl()
    study, seen = stored(con, ("T03",)), stored(con)
    compared = studies.compare(rows, study, seen)
    assert compared.schema == pl.Schema(studies.SCHEMA)
    assert compared.height == rows.height == 57
    for model, column in ((study, "predicted_mean"), (seen, "seen_predicted_mean")):
        expected = table(explain(rows.sort("date"), [model])).filter(pl.col("feature") == "noise")
        assert compared[column].equals(expected["predicted_mean"], check_names=False)
    # Four quarters after February 2018 are open. A year after 2018-02-17 the market had closed.
    assert compared["actual"].null_count() == 4
    assert compared["in_seen_training"].to_list() == [True] * 53 + [False] * 4
    earlier = replace(seen, row={**seen.row, "market_end": date(2018, 2, 17)})
    assert studies.compare(rows, study, earlier)["in_seen_training"].sum() == 49
