"""What the public system spends in training alone: three bare CatBoost fits.

Fits 12, 24 and 36 months on all labelled rows of a built panel, each with 200 trees on all cores,
60 numbers and six string categories, without refit or early stopping. Prints the rows of the panel,
and the seconds of the fits and of the pools they need, as JSON.

    python -m benchmarks.reference warehouse/study.duckdb
"""

import argparse
import json
import time
from pathlib import Path

import duckdb
from catboost import CatBoostRegressor, Pool

from benchmarks.panel import HORIZONS
from benchmarks.public_system import CATEGORIES, COMBINED, OVERVIEW, SIGNALS

NUMBERS = 60
PARAMETERS = {
    "loss_function": "RMSEWithUncertainty",
    "iterations": 200,
    "learning_rate": 0.15,
    "depth": 6,
    "l2_leaf_reg": 15,
}


def main() -> None:
    """Fit the three models on the panel of one warehouse."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("warehouse", type=Path, help="DuckDB file that dbt built")
    arguments = parser.parse_args()

    with duckdb.connect(str(arguments.warehouse), read_only=True) as warehouse:
        items = warehouse.sql(
            "select feature from feature_catalogue where family = 'statement item' order by feature"
        ).fetchall()
        numbers = [*OVERVIEW, *SIGNALS, *COMBINED, *(item for (item,) in items)][:NUMBERS]
        columns = [f"{name}::float as {name}" for name in numbers]
        columns += [f"coalesce({name}, 'unknown') as {name}" for name in CATEGORIES]
        rows = warehouse.sql("select count(*) from features").fetchone()
        frames = [
            warehouse.sql(
                f"""
                select {", ".join(columns)}, excess_return_ln_{months}m
                from features inner join excess_returns using (ticker, date)
                where excess_return_ln_{months}m is not null
                order by date, ticker
                """
            ).df()
            for months in HORIZONS
        ]

    wall, cpu = time.monotonic(), time.process_time()
    for frame in frames:
        pool = Pool(frame.iloc[:, :-1], frame.iloc[:, -1], cat_features=CATEGORIES)
        CatBoostRegressor(**PARAMETERS, allow_writing_files=False, verbose=False).fit(pool)
    print(
        json.dumps(
            {
                "panel_rows": rows[0],
                "wall": time.monotonic() - wall,
                "cpu": time.process_time() - cpu,
            }
        )
    )


if __name__ == "__main__":
    main()
