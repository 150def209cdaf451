"""What another var, table or market makes anew is what a build from nothing would make of it."""

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from conftest import Project

from ml.warehouse.publishing import publications_folder
from ml.warehouse.record import RECORD_FILE
from tests.builds.rebuilt import HORIZONS, Rebuilt

pytestmark = pytest.mark.slow

TABLES = [
    "daily_adjusted",
    "supported_tickers",
    "fundamentals_statements",
    "fundamentals_daily",
    "fundamentals_meta",
]
VARS = {"steps": 20, "seed": 1}
DAY_BEFORE_THE_LAST, LAST_DAY = "2025-12-30", "2025-12-31"
EXPLAINED = "select * exclude (model_id, training_date, trained_at) from ticker_shap order by all"


@dataclass
class Market(Rebuilt):
    """The same of a market in parquet.

    Attributes:
        folder: of the market.
    """

    folder: Path

    def write(self, tiny: Project, until: str, **changes: str) -> None:
        """The tiny market up to a day, aged as files are that nobody has just written."""
        with duckdb.connect(str(tiny.warehouse), read_only=True) as con:
            for table in TABLES:
                days = f"where date <= '{until}'" if "daily" in table else ""
                query = f"(select * {changes.get(table, '')} from simulated_{table} {days})"
                file = self.folder / f"{table}.parquet"
                con.execute(f"copy {query} to '{file}'")
                os.utime(file, (time.time() - 60, time.time() - 60))


@pytest.fixture(scope="module")
def market(tiny, tmp_path_factory) -> Market:
    project = Project(tmp_path_factory.mktemp("changed"))
    folder = project.folder / "market"
    folder.mkdir()
    market = Market(project, {**VARS, "market": str(folder)}, folder)
    market.write(tiny, DAY_BEFORE_THE_LAST)
    said, _ = market.build()
    for months in HORIZONS:
        assert f"{months} months: training, because of no model yet" in said
    return market


def test_steps_train_but_leave_the_panel(market):
    before, record = market.models(), market.record()
    said, built = market.build(steps=21)
    assert "12 months: training, because of steps 20 -> 21" in said
    assert {"trained_12m", "ticker_shap", "latest_forecasts", "published"} <= built
    assert not built & {"base_daily_adjusted", "features", "excess_returns", "feature_catalogue"}
    assert market.models() != before
    # What another model says is another forecast, and the first one stands.
    assert record < market.record()
    assert len(market.record()) == 2 * len(record)
    said, _ = market.build()
    assert "12 months: training, because of steps 21 -> 20" in said


def test_retrain_trains(market):
    before = market.models()
    said, built = market.build("--select", "trained_12m", retrain=True)
    assert built == {"trained_12m"}
    assert "12 months: training, because of retrain: true" in said
    after = market.models()
    assert after != before
    said, built = market.build("--select", "trained_12m", seed=None)
    assert "12 months: kept 12m_" in said
    assert market.models() == after


def test_a_table_that_was_changed_is_built_again_and_a_failure_loses_nothing(market):
    failed = market.project.dbt(
        "build",
        "--select",
        "trained_24m",
        market=str(market.folder),
        holdout_tickers=["NONE"],
        **VARS,
    )
    assert failed.returncode != 0
    assert market.outcomes("layer = 'training'") == {"error"}
    assert market.outcomes("resource_type = 'test'") == {"skipped"}
    assert market.published_history() == market.recorded_runs()
    features = market.project.query("from features order by all")
    with duckdb.connect(str(market.project.warehouse)) as con:
        con.execute("update features set beta_12m = 99 where date > '2020-01-01'")
        con.execute("drop table int_benchmark")
    _, built = market.build()
    assert {"features", "int_benchmark"} <= built
    # It failed before it changed anything, and the market ends where it did.
    assert "trained_24m" not in built
    assert market.project.query("from features order by all") == features


def test_a_new_trading_day_makes_the_panel_and_keeps_the_models(market, tiny):
    before, record = market.models(), market.record()
    market.write(tiny, LAST_DAY)
    said, built = market.build()
    for months in HORIZONS:
        assert f"{months} months: kept {months}m_" in said
    assert market.models() == before
    # The record stays, and is marked to the new day.
    assert market.record() == record
    [days] = market.project.query("select min(priced_on), max(tradable_from) from track_record")
    assert {str(day) for day in days} == {LAST_DAY}
    assert {"base_daily_adjusted", "excess_returns", "latest_forecasts"} <= built
    # No new sample date: what reads tables that came out the same is kept. The next test compares
    # it with a build from nothing.
    assert built & {"features", "model_stats", "ticker_shap"} == set()


def test_a_changed_statement_trains_and_all_is_as_if_made_from_nothing(market, tiny):
    market.write(
        tiny,
        LAST_DAY,
        fundamentals_statements="replace (if(dataCode = 'revenue', 1.5, 1) * value as value)",
    )
    said, _ = market.build()
    for months in HORIZONS:
        assert f"{months} months: training, because of other values in its data" in said
    record = market.record()
    anew = Project(market.project.folder / "anew")
    anew.folder.mkdir()
    # A lost warehouse: what was published is there, and the record goes on.
    kept = publications_folder(anew.warehouse)
    kept.mkdir(parents=True)
    shutil.copy(publications_folder(market.project.warehouse) / RECORD_FILE, kept)
    anew.build("--exclude-resource-type", "unit_test", market=str(market.folder), **VARS)
    forecasts = "select * exclude (model_id, training_date) from latest_forecasts order by all"
    for query in ("from features order by all", "from excess_returns order by all", forecasts):
        assert market.project.query(query) == anew.query(query)
    assert market.project.query(EXPLAINED) == anew.query(EXPLAINED)
    assert record < market.record(anew)
