"""What does it cost to write, merge, publish and look up SHAP values?

Prints two tables: `ticker_shap` of 20 million rows with an index, sorted, and with neither; and
the whole history of a warehouse explained and written, beside CatBoost's own computation.

    python -m benchmarks.explanations warehouse/simulated.duckdb

The warehouse needs `features`, `excess_returns` and `trained_<horizon>m`; see benchmarks/README.md.
"""

import argparse
import os
import random
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import yaml
from dbt.adapters.duckdb.credentials import Attachment

from ml.learning.boosting import to_pool
from ml.warehouse.explaining import StoredModel, explanations, rows_to_explain
from ml.warehouse.progress import Progress
from ml.warehouse.publishing import ROWS_OF_A_GROUP, ROWS_OF_A_SORTED_GROUP, STORAGE_VERSION

PROFILE = yaml.safe_load(Path("profiles.yml").read_text())["stock_forecasts"]["outputs"]["local"]
ATTACHED = PROFILE["attach"][0]
MEMORY = "400MB"
FIRST = date(2026, 1, 1).toordinal()
TICKERS, FEATURES = 2000, 75
ROWS_OF_A_RUN = 3 * TICKERS * FEATURES


def open_warehouse(file: Path) -> duckdb.DuckDBPyConnection:
    """A new warehouse with the settings of profiles.yml."""
    con = duckdb.connect(config={"temp_directory": f"{file}.tmp", "memory_limit": MEMORY})
    con.execute(Attachment(**{**ATTACHED, "path": str(file)}).to_sql())
    con.execute("attach ':memory:' as scratch")
    for name, value in PROFILE["settings"].items():
        con.execute(f"set {name} = '{value}'")
    con.execute("set enable_progress_bar = false")
    return con


def training_run(day: int, trained_at: str = "08:00:00") -> str:
    """Query of the rows that one day's models write, in the order in which they are explained."""
    value = "(hash({}) / 2e19 - 0.5)"
    return f"""
        select
            format('{{}}m_{{}}', months, training_date) as model_id,
            format('excess_return_ln_{{}}m', months) as pred_col,
            format('T{{:04d}}', ticker) as ticker,
            date '2026-02-17' as date,
            format('feature_number_{{}}', feature) as feature,
            {value.format("months, ticker, feature, training_date")} as shap_value,
            {value.format("ticker, feature")} as feature_value,
            null::varchar as feature_category,
            months / 100 as bias,
            {value.format("months, ticker, training_date")} as predicted_mean,
            {value.format("months, ticker, training_date, 1")} as predicted_std,
            {value.format("months, ticker, training_date, 2")} as predicted_return,
            {value.format("months, ticker, training_date, 3")} as predicted_return_std,
            null::double as actual,
            training_date,
            (training_date + time '{trained_at}')::timestamptz as trained_at,
            {day}::bigint as seed,
            {value.format("months, ticker, feature, training_date, 1")} as risk_shap_value,
            -1.0 - months / 100 as risk_bias
        from
            (select date '2026-01-01' + {day} as training_date),
            (select unnest([12, 24, 36]) as months),
            (select unnest(range({TICKERS})) as ticker),
            (select unnest(range({FEATURES})) as feature)
        order by ticker // 20, months, ticker, feature
    """


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Wall and CPU seconds of some work."""
    before, started = os.times(), time.monotonic()
    work()
    after = os.times()
    cpu = after.user - before.user + after.system - before.system
    return time.monotonic() - started, cpu


def merge_run(con: duckdb.DuckDBPyConnection, day: int, hour: int, index: str) -> float:
    """Merge one training run as dbt does, hooks included.

    Returns:
        CPU seconds, as a multiple of those of writing the same rows to an empty table.
    """
    con.execute(f"create or replace temp table run as {training_run(day, f'{hour:02d}:00:00')}")
    con.execute(f"delete from stored where training_date = date '2026-01-01' + {day}")
    con.execute("insert into stored select distinct model_id, training_date, trained_at from run")
    create_index = "create index {0}_index on {0} (ticker)"

    def write() -> None:
        con.execute("create table written as from run")
        if index != "none":
            con.execute(create_index.format("written"))

    def merge() -> None:
        if index == "made anew":
            con.execute("drop index ticker_shap_index")
        con.execute(
            """
            delete from ticker_shap as explained using stored
            where explained.model_id = stored.model_id
                and explained.trained_at <> stored.trained_at
                and explained.trained_at in (
                    select distinct trained_at from ticker_shap
                    except
                    select trained_at from stored
                )
            """
        )
        con.execute("create table scratch.run_tmp as from run")
        known = con.execute(
            "select 1 from ticker_shap where training_date in "
            "(select training_date from scratch.run_tmp) limit 1"
        ).fetchall()
        assert not known, "the rows of a model trained again are deleted by a hook"
        con.execute("insert into ticker_shap by name from scratch.run_tmp")
        if index == "made anew":
            con.execute(create_index.format("ticker_shap"))

    # The median of three: one takes less than a second.
    written = []
    for _ in range(3):
        written.append(seconds(write)[1])
        con.execute("drop table written")
    _, merged = seconds(merge)
    con.execute("drop table scratch.run_tmp")
    return merged / statistics.median(written)


def look_ups(file: Path, days: int, count: int) -> list[float]:
    """Milliseconds of each of some random look-ups, each with a connection of its own.

    Where the process has the file open already, connections share its DuckDB.
    """
    chosen = random.Random(1)
    times = []
    for _ in range(count):
        day, ticker = chosen.randrange(days), chosen.randrange(TICKERS)
        months = chosen.choice([12, 24, 36])
        started = time.monotonic()
        with duckdb.connect(str(file), read_only=True) as con:
            rows = con.execute(
                "select feature, shap_value, feature_value, predicted_mean from ticker_shap "
                "where ticker = ? and pred_col = ? and training_date = ?",
                [f"T{ticker:04d}", f"excess_return_ln_{months}m", date.fromordinal(FIRST + day)],
            ).fetchall()
        times.append(1000 * (time.monotonic() - started))
        assert len(rows) == FEATURES
    return times


def compare_forms(folder: Path, million_rows: int) -> None:
    """Print what index and sort order cost and gain."""
    days = -(-million_rows * 1_000_000 // ROWS_OF_A_RUN)
    con = open_warehouse(folder / "warehouse.duckdb")
    con.execute(f"create table ticker_shap as from ({training_run(0)})")
    for day in range(1, days):
        con.execute(f"insert into ticker_shap {training_run(day)}")
    con.execute(
        "create table stored as select distinct model_id, training_date, trained_at "
        "from ticker_shap; checkpoint"
    )

    connecting = statistics.median(
        1000 * seconds(lambda: duckdb.connect().close())[0] for _ in range(50)
    )
    orders = {"as written": "", "sorted": "order by ticker, pred_col, training_date"}
    print(
        f"{days * ROWS_OF_A_RUN / 1e6:.1f} million rows; "
        f"connecting alone, without a file: {connecting:.1f} ms\n"
    )
    print(
        "| published | written in (CPU-s) | size (MB) | look-up, median (ms) | 95 % (ms) "
        "| the file open elsewhere: median (ms) | 95 % (ms) |"
    )
    print("|---|--:|--:|--:|--:|--:|--:|")
    for name, order in orders.items():
        for index in ("", ", index on ticker"):
            file = folder / "published.duckdb"
            group = ROWS_OF_A_SORTED_GROUP if order else ROWS_OF_A_GROUP
            con.execute(
                f"attach '{file}' as publication "
                f"(row_group_size {group}, storage_version '{STORAGE_VERSION}')"
            )

            def write(order: str = order, index: str = index) -> None:
                con.execute(f"create table publication.ticker_shap as from ticker_shap {order}")
                if index:
                    con.execute("create index by_ticker on publication.ticker_shap (ticker)")

            _, cpu = seconds(write)
            con.execute("detach publication")
            alone = sorted(look_ups(file, days, 100))
            with duckdb.connect(str(file), read_only=True):
                beside = sorted(look_ups(file, days, 100))
            figures = " | ".join(
                f"{statistics.median(times):.1f} | {times[94]:.1f}" for times in (alone, beside)
            )
            print(
                f"| {name}{index} | {cpu:.1f} | {file.stat().st_size / 1e6:.0f} | {figures} |",
                flush=True,
            )
            file.unlink()

    print("\n| merged into | a new run | the run trained again |\n|---|--:|--:|")
    for index in ("none", "made anew", "kept"):
        if index != "none":
            con.execute("create index ticker_shap_index on ticker_shap (ticker)")
        new, again = (merge_run(con, days, hour, index) for hour in (8, 9))
        days += 1
        print(f"| index: {index} | {new:.1f} | {again:.1f} |", flush=True)
        con.execute("drop index if exists ticker_shap_index")
    con.close()


def explain_history(folder: Path, warehouse: Path) -> None:
    """Print what explaining the whole history takes, beside CatBoost's own computation."""
    con = open_warehouse(folder / "explained.duckdb")
    con.execute(f"attach '{warehouse}' as built (read_only)")
    models = [
        StoredModel.load(
            con.sql(f"from built.trained_{months}m order by trained_at").pl().row(-1, named=True)
        )
        for months in (12, 24, 36)
    ]
    rows = rows_to_explain(
        con.table("built.features"), con.table("built.excess_returns"), date(1900, 1, 1)
    )
    progress = Progress("forecasts explained", len(rows) * len(models), print, is_watched=False)
    # One connection reads while the other writes, as in dbt.
    writer = con.cursor()
    writer.execute(f"use {ATTACHED['alias']}")
    writer.register("reader", explanations(rows, models, progress))
    wall, cpu = seconds(lambda: writer.execute("create table ticker_shap as from reader"))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    [written] = con.execute("select count(*) from ticker_shap").fetchall()[0]
    _, copying = seconds(lambda: con.execute("create table copied as from ticker_shap"))
    panel = rows.order("ticker, date").pl()

    def compute() -> None:
        for model in models:
            model.booster.get_feature_importance(to_pool(panel, model.features), type="ShapValues")

    own_wall, own_cpu = seconds(compute)
    print(f"\n{written / 1e6:.1f} million rows, {progress.total:,} forecasts\n")
    print("| step | wall (s) | CPU (s) | against CatBoost: wall | CPU | peak memory (GB) |")
    print("|---|--:|--:|--:|--:|--:|")
    print(f"| CatBoost's own values | {own_wall:.1f} | {own_cpu:.1f} | 1 | 1 | |")
    print(
        f"| explained and written | {wall:.1f} | {cpu:.1f} | {wall / own_wall:.2f} "
        f"| {cpu / own_cpu:.2f} | {memory:.2f} |"
    )
    print(f"| DuckDB copies the table | | {copying:.1f} | | {copying / own_cpu:.2f} | |")
    con.close()


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("warehouse", type=Path, help="DuckDB file that dbt built")
    parser.add_argument("--million-rows", type=int, default=20, help="size of the made-up table")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.warehouse.parent) as folder:
        explain_history(Path(folder), arguments.warehouse)
    with tempfile.TemporaryDirectory(dir=arguments.warehouse.parent) as folder:
        compare_forms(Path(folder), arguments.million_rows)


if __name__ == "__main__":
    main()
