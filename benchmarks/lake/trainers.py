"""Trainers of one lake at once, and a publisher of what they trained."""

import os
import re
import time
from pathlib import Path

import duckdb

from benchmarks.lake.builds import (
    BUILD,
    WRITABLE,
    build,
    catalogue_on_a_server,
    dbt,
    finish,
    opened,
)
from ml.warehouse.integrity import is_whole
from ml.warehouse.publishing import published_file

# Seed, nodes and other vars of each; two of them train the same study.
STUDY = {"holdout_tickers": ["ZBJLF"]}
TRAINERS: tuple[tuple[int, str, dict[str, object]], ...] = (
    (2, "trained_12m", {}),
    (2, "trained_24m", {}),
    (2, "trained_36m", {}),
    (3, "trained_12m", STUDY),
    (4, "trained_12m", STUDY),
    (2, "backtest_forecasts", {"backtest_folds": 3}),
    (2, "unseen_forecasts", {"holdout_groups": 2}),
)
# Of a lake: models by horizon, seed and rows trained on, and rows of the rest.
GROWN = """
    select 'trained_' || horizon_months || 'm', seed, len(holdout_tickers), num_rows
    from lake.trained_models
    union all
    select 'backtest_forecasts', count(distinct fold), count(distinct pred_col), count(*)
    from lake.backtest_forecasts
    union all
    select 'unseen_forecasts', count(distinct holdout_group), count(distinct pred_col), count(*)
    from lake.unseen_forecasts
    order by all
"""


def trainers(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Seven trainers at once while a builder has half of the panel; then a publisher.

    Returns:
        What had grown `before`, `after` the trainers, and as `published`.
    """
    grown = {}
    with catalogue_on_a_server(folder):
        build(folder, "lake")
        with opened(os.environ["LAKE"], WRITABLE) as con:
            grown["before"] = con.execute(GROWN).fetchall()
            con.execute("delete from lake.features where hash(ticker) % 2 = 0")
        began = time.monotonic()
        processes = [
            dbt(folder, "trainer", "run", "--select", nodes, own=str(number), seed=seed, **given)
            for number, (seed, nodes, given) in enumerate(TRAINERS)
        ]
        for process in processes:
            finish(process)
        print(f"{len(processes)} trainers at once: {time.monotonic() - began:.0f} s")
        with opened(os.environ["LAKE"]) as con:
            grown["after"] = con.execute(GROWN).fetchall()
            models = con.execute("from lake.trained_models").pl().iter_rows(named=True)
            print("damaged models:", sum(not is_whole(model) for model in models))
        said = finish(dbt(folder, "lake", *BUILD, seed=2))
        print("kept by the publisher:", re.findall(r"kept (\d+m)_", said))
        with duckdb.connect(published_file(folder / "published" / "w"), read_only=True) as con:
            tables = [f"from trained_{months}m" for months in (12, 24, 36)]
            con.execute(f"create temp view trained_models as {' union all by name '.join(tables)}")
            grown["published"] = con.execute(GROWN.replace("lake.", "")).fetchall()
    for when, rows in grown.items():
        print(f"{when}:", *rows, sep="\n  ")
    return grown
