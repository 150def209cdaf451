"""What does a backtest cost on a cluster, and is it the same to the bit when workers die?

10 years x 3 horizons in one process, and on 1, 2 and 4 workers of this machine: time, and the
overhead of a job; and the size of what jobs share. Then on 4 workers of which two are killed at
random, again and again. Prints tables as Markdown.

    python -m benchmarks.cluster warehouse/simulated.duckdb

The warehouse needs `features`, `excess_returns` and `feature_catalogue` over twenty years or more;
environment, requirements-cluster.txt. See benchmarks/README.md.
"""

import argparse
import os
import pickle
import random
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from distributed import LocalCluster

from benchmarks.panel import HORIZONS
from ml.learning.training import labelled_rows
from ml.warehouse.backtesting import backtest
from ml.warehouse.cluster import Cluster, connect
from ml.warehouse.jobs import HERE, Job, Workplace
from ml.warehouse.settings import Settings
from ml.warehouse.training import read_inputs

FOLDS = 10
WORKERS = (1, 2, 4)
TRIFLES = 200

Inputs = dict[str, pl.DataFrame]


def workers(number: int) -> LocalCluster:
    """A scheduler and workers as `make cluster` starts them, on a port of their own."""
    return LocalCluster(
        n_workers=number,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        silence_logs=50,
    )


def forecasts(inputs: Inputs, steps: int, folds: int, place: Workplace) -> Any:
    """A backtest of all horizons, without the time at which it was made."""
    settings = Settings(steps, 1, None, (), os.cpu_count() or 1)
    found = backtest(
        **inputs, settings=settings, horizons=HORIZONS, folds=folds, warn=print, place=place
    )
    return found.drop("trained_at")


@dataclass(frozen=True)
class Cost:
    """What some work took.

    Attributes:
        wall: seconds.
        here: CPU seconds of this process, with the scheduler in it.
        there: CPU seconds of the workers.
    """

    wall: float
    here: float
    there: float


def measured(work: Callable[[], Any], place: Workplace = HERE) -> tuple[Any, Cost]:
    """What some work returns, and takes."""

    def now() -> tuple[float, float, float]:
        there = 0.0
        if isinstance(place, Cluster):
            there = sum(place._client.run(time.process_time).values())
        return time.monotonic(), time.process_time(), there

    before = now()
    result = work()
    return result, Cost(*(after - earlier for after, earlier in zip(now(), before, strict=True)))


def warm(place: Cluster, number: int) -> None:
    """Have each worker import what jobs need."""
    place.run([(str(each), Job(time.sleep, (0.2,))) for each in range(4 * number)])


def scaling(inputs: Inputs, steps: int) -> None:
    """Print time and bytes by number of workers."""
    expected, cost = measured(lambda: forecasts(inputs, steps, FOLDS, HERE))
    jobs = expected.select("horizon_months", "fold").unique().height
    print(f"\n{jobs} jobs, {expected.height} rows, {steps} trees\n")
    print(
        "| workers | wall (s) | CPU of workers (s) | CPU of build and scheduler (s) "
        "| a job that does nothing: ms | CPU of build and scheduler (ms) "
        "| same bits |"
    )
    print("|---|--:|--:|--:|--:|--:|---|")
    print(f"| none: in the process | {cost.wall:.1f} | | {cost.here:.1f} | | | |", flush=True)
    for number in WORKERS:
        with workers(number) as started, connect(started.scheduler_address) as place:
            warm(place, number)
            found, cost = measured(lambda at=place: forecasts(inputs, steps, FOLDS, at), place)
            trifles = [(str(each), Job(int, (each,))) for each in range(TRIFLES)]
            _, empty = measured(lambda at=place, given=trifles: at.run(given), place)
            said = "yes" if found.equals(expected) else "NO"
            print(
                f"| {number} | {cost.wall:.1f} | {cost.there:.1f} | {cost.here:.1f} "
                f"| {1000 * empty.wall / TRIFLES:.1f} "
                f"| {1000 * empty.here / TRIFLES:.1f} | {said} |",
                flush=True,
            )


def sizes(inputs: Inputs) -> None:
    """Print bytes of what jobs of a horizon share, and of the panel."""
    print("\n| months | labelled rows | MB that its jobs share |\n|---|--:|--:|")
    for months in HORIZONS:
        rows = labelled_rows(
            inputs["panel"], inputs["excess_returns"], f"excess_return_ln_{months}m"
        )
        size = len(pickle.dumps(rows, pickle.HIGHEST_PROTOCOL))
        print(f"| {months} | {rows.panel.height} | {size / 1e6:.1f} |")


def kills(inputs: Inputs, steps: int, folds: int, times: int) -> None:
    """Print what comes of backtests on four workers, two of which are killed at random."""
    chance = random.Random(1)
    expected = forecasts(inputs, steps, folds, HERE)
    print("\n| run | killed after (s) | wall (s) | rows | same bits |\n|---|---|--:|--:|---|")
    same = 0
    with workers(4) as started, connect(started.scheduler_address) as place:
        warm(place, 4)
        _, usual = measured(lambda: forecasts(inputs, steps, folds, place))
        for run in range(1, times + 1):
            # On a busy machine a nanny gives up on a worker that takes a minute to start.
            started.scale(4)
            place._client.wait_for_workers(4)
            pids = list(place._client.run(os.getpid).values())
            victims = chance.sample(pids, 2)
            moments = [chance.uniform(0, usual.wall) for _ in victims]
            killers = [
                threading.Timer(moment, os.kill, (victim, signal.SIGKILL))
                for moment, victim in zip(moments, victims, strict=True)
            ]
            for killer in killers:
                killer.start()
            found, cost = measured(lambda: forecasts(inputs, steps, folds, place))
            for killer in killers:
                killer.join()
            is_same = found.equals(expected)
            same += is_same
            told = ", ".join(f"{moment:.1f}" for moment in sorted(moments))
            said = "yes" if is_same else "NO"
            print(
                f"| {run} | {told} | {cost.wall:.1f} | {found.height} | {said} |",
                flush=True,
            )
    print(f"\n{same} of {times} runs: the same to the bit as in one process.")


def main() -> None:
    """Print the tables for one warehouse."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("warehouse", type=Path, help="DuckDB file that dbt built")
    parser.add_argument("--steps", type=int, default=50, help="upper bound on trees")
    parser.add_argument("--kills", type=int, default=20, help="runs in which workers are killed")
    parser.add_argument("--only", choices=["scaling", "kills"], help="one of the tables")
    arguments = parser.parse_args()
    with duckdb.connect(str(arguments.warehouse), read_only=True) as con:
        tables = ("features", "excess_returns", "feature_catalogue")
        seeds = con.sql("select 1 as seed")
        inputs = read_inputs(*(con.sql(f"from {table}") for table in tables), seeds)
    if arguments.only != "kills":
        sizes(inputs)
        scaling(inputs, arguments.steps)
    if arguments.only != "scaling":
        kills(inputs, steps=5, folds=3, times=arguments.kills)


if __name__ == "__main__":
    main()
