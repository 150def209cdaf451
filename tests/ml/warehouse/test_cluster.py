import os
import signal
import sys
import time
from pathlib import Path
from types import ModuleType

import cloudpickle
import polars as pl
import pytest
from test_jobs import SETTINGS, backtested, trained

from ml.warehouse import jobs
from ml.warehouse.jobs import ClusterError, Job, workplace

distributed = pytest.importorskip("distributed", reason="pip install -r requirements-cluster.txt")
cluster = pytest.importorskip("ml.warehouse.cluster")

# Workers know the project, and none of its tests.
cloudpickle.register_pickle_by_value(sys.modules[__name__])


@pytest.fixture(scope="module")
def scheduler() -> str:
    """Address of a scheduler with two workers."""
    with pytest.MonkeyPatch.context() as patch:
        # A new process begins with the main module, which a test of a page leaves as that page.
        patch.setitem(sys.modules, "__main__", ModuleType("__main__"))
        with distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", host="127.0.0.1"
        ) as started:
            yield started.scheduler_address


def dying(marks: str, number: int, numbers: pl.Series) -> int:
    """Takes its worker with it when it is called first, but for the number 0."""
    begun = Path(marks) / str(number)
    with begun.open("a") as file:
        file.write(f"{os.getpid()}\n")
    if number and len(begun.read_text().splitlines()) == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return int(numbers[number])


def test_workers_give_the_same_to_the_bit(scheduler):
    forecasts, model = backtested(jobs.HERE), trained(jobs.HERE)
    with workplace(scheduler) as place:
        assert not place.is_here
        assert place.threads(SETTINGS) == 1 < SETTINGS.threads
        assert backtested(place).equals(forecasts)
        # The model's bytes among the rest.
        assert trained(place).equals(model)


def test_a_job_whose_worker_died_is_done_by_another_once(scheduler, tmp_path):
    with workplace(scheduler) as place:
        # What jobs share is lost with the worker that has it, and comes again.
        numbers = place.share(pl.Series([5, 6, 7, 8]))
        given = [(f"job {each}", Job(dying, (str(tmp_path), each, numbers))) for each in range(3)]
        assert place.run(given) == [5, 6, 7]
    for number in (1, 2):
        first, *others = (tmp_path / str(number)).read_text().split()
        assert others
        assert first not in others


def test_a_worker_of_other_code_or_libraries_does_nothing(scheduler, monkeypatch):
    ours = cluster.environment()
    for old, new, said in (
        ('"catboost": "', '"catboost": "9.', "a worker has catboost 1.* where this build has 9.1"),
        ('"ml": "', '"ml": "x', "a worker has other code in ml/ than this build: start it again"),
    ):
        monkeypatch.setattr(cluster, "environment", lambda: ours.replace(old, new))  # noqa: B023
        with workplace(scheduler) as place, pytest.raises(ClusterError, match=said):
            place.run([("job", Job(str, (1,)))])


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch):
    monkeypatch.setattr(cluster, "SECONDS_TO_ANSWER", 0.2)
    with (
        pytest.raises(ClusterError, match=r"no scheduler answers at tcp://127\.0\.0\.1:1: start"),
        workplace("tcp://127.0.0.1:1"),
    ):
        pass


def test_a_scheduler_without_workers_is_named(monkeypatch):
    monkeypatch.setattr(cluster, "SECONDS_TO_ANSWER", 0.2)
    with (
        distributed.LocalCluster(
            n_workers=0,
            processes=False,
            dashboard_address="127.0.0.1:0",
            protocol="tcp",
            host="127.0.0.1",
        ) as empty,
        pytest.raises(ClusterError, match="has no workers: start some"),
        workplace(empty.scheduler_address),
    ):
        pass


def test_a_scheduler_that_goes_away_is_named(monkeypatch):
    monkeypatch.setattr(cluster, "SECONDS_TO_ANSWER", 1)
    with distributed.LocalCluster(
        n_workers=1,
        processes=False,
        dashboard_address="127.0.0.1:0",
        protocol="tcp",
        host="127.0.0.1",
    ) as short:

        def given():
            yield "job", Job(time.sleep, (1,))
            short.close()

        with (
            workplace(short.scheduler_address) as place,
            pytest.raises(ClusterError, match="went away during the job: start it again"),
        ):
            place.run(given())
