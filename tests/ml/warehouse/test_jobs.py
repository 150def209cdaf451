import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date

import numpy as np
import polars as pl
import pytest

from ml.warehouse import jobs
from ml.warehouse.backtesting import backtest
from ml.warehouse.jobs import ClusterError, Job, Workplace, workplace
from ml.warehouse.progress import Progress
from ml.warehouse.settings import Settings
from ml.warehouse.training import train

CATALOGUE = pl.DataFrame(
    {"feature": ["signal", "sector"], "kind": ["numeric", "categorical"], "in_model": [True, True]}
)
SEEDS = pl.DataFrame({"seed": [1]})
SETTINGS = Settings(steps=5, seed=1, cutoff_date=None, holdout_tickers=(), threads=2)
MARKET_END = date(2012, 3, 1)
# Another each time.
VOLATILE = ("trained_at", "training_seconds")


def market() -> tuple[pl.DataFrame, pl.DataFrame]:
    """A panel, and its labels at two horizons."""
    days = pl.date_range(date(2000, 2, 17), date(2011, 2, 17), "3mo", eager=True)
    tickers = pl.DataFrame({"ticker": [f"T{number:02d}" for number in range(12)]})
    keys = pl.DataFrame({"date": days}).join(tickers, how="cross")
    random = np.random.default_rng(2)
    signal = random.normal(size=keys.height)
    panel = keys.with_columns(
        signal=pl.Series(signal), sector=pl.Series(random.choice(["a", "b"], keys.height))
    )
    label = pl.Series(0.3 * signal + random.normal(size=keys.height))
    return panel, keys.with_columns(excess_return_ln_12m=label, excess_return_ln_24m=label)


def backtested(place: Workplace, progress: Progress | None = None) -> pl.DataFrame:
    found = backtest(
        *market(), CATALOGUE, SEEDS, SETTINGS, [12, 24], 2, print, place=place, progress=progress
    )
    return found.drop("trained_at")


def trained(place: Workplace) -> pl.DataFrame:
    return train(*market(), CATALOGUE, SEEDS, MARKET_END, SETTINGS, 12, place=place).drop(VOLATILE)


class Twice(ThreadPoolExecutor):
    """Does each job twice, as a scheduler does that believes a worker dead; the second counts."""

    done = 0

    def submit(self, fn, /, *args, **kwargs) -> Future:
        def twice():
            fn(*args, **kwargs)
            Twice.done += 1
            return fn(*args, **kwargs)

        return super().submit(twice)


def test_any_executor_gives_the_same_to_the_bit():
    here, model = backtested(jobs.HERE), trained(jobs.HERE)
    assert here.select("horizon_months", "fold").unique().height == 4
    with Twice(3) as executor:
        place = Workplace(executor)
        assert backtested(place).equals(here)
        # The model's bytes and their digest among the rest.
        assert trained(place).equals(model)
    assert Twice.done == 5


def test_jobs_are_done_in_turn_where_nothing_else_is_said():
    begun = []

    def given() -> Iterator[tuple[str, Job]]:
        for number in range(3):
            # The one before is done when the next is asked for: what it took can be let go.
            assert begun == list(range(number))
            yield f"job {number}", Job(begun.append, (number,))

    with workplace(None) as place:
        assert place.is_here
        assert place.threads(SETTINGS) == 2
        place.run(given())
    assert begun == [0, 1, 2]


def test_results_come_in_the_order_of_the_jobs_and_a_name_counts_once():
    with ThreadPoolExecutor(2) as executor:
        given = [("b", Job(str, (1,))), ("a", Job(str, (2,))), ("b", Job(str, (3,)))]
        assert Workplace(executor).run(given) == ["1", "2"]


def test_what_a_job_raises_is_raised_and_no_other_is_begun():
    begun = []
    given = [("a", Job(int, ("x",))), ("b", Job(begun.append, (1,)))]
    with pytest.raises(ValueError, match="invalid literal"):
        jobs.HERE.run(given)
    assert begun == []
    with ThreadPoolExecutor(1) as executor, pytest.raises(ValueError, match="invalid literal"):
        Workplace(executor).run([("c", Job(str, (1,))), *given])


def test_each_job_is_counted():
    said = []
    progress = Progress("years of backtests", 4, said.append, is_watched=False)
    backtested(jobs.HERE, progress)
    assert progress.done == 4


def test_a_cluster_needs_a_package_that_builds_on_one_machine_do_without(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "ml.warehouse.cluster", raising=False)
    with (
        pytest.raises(ClusterError, match=r"pip install -r requirements-cluster\.txt"),
        workplace("tcp://127.0.0.1:1"),
    ):
        pass
