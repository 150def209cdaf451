"""Jobs on a Dask cluster: a scheduler gives them to workers, and again where a worker died.

    python -m ml.warehouse.cluster --workers 4    # a scheduler and workers on this machine

Scheduler and workers need the project and its environment, and nothing else: jobs bring their data.
"""

import argparse
import functools
import hashlib
import json
import os
import pickle
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager, suppress
from typing import Any

from distributed import Client, KilledWorker, LocalCluster

from ml.warehouse.fingerprints import ML, versions
from ml.warehouse.jobs import ClusterError, Job, Workplace
from ml.warehouse.settings import Settings

SECONDS_TO_ANSWER = 10
PORT = 8786


class Cluster(Workplace):
    """The workers of a scheduler."""

    def __init__(self, client: Client) -> None:
        """Jobs go to the scheduler that a client is connected to."""
        super().__init__(client.get_executor(pure=False))
        self._client = client
        self._address = client.scheduler_info()["address"]
        self._shared: list[Any] = []

    def threads(self, settings: Settings) -> int:
        """One: a worker has as many threads as it may do jobs at a time."""
        return 1

    def share(self, value: Any) -> Any:
        """A task whose result is the value: whichever worker has it may die, and it is made again.

        In bytes, of which the scheduler need understand nothing.
        """
        with warnings.catch_warnings():
            # It is large, and it is the only one.
            warnings.filterwarnings("ignore", message="Sending large graph", category=UserWarning)
            shared = self._client.submit(
                pickle.loads, pickle.dumps(value, pickle.HIGHEST_PROTOCOL), pure=False
            )
        self._shared.append(shared)
        return shared

    def _submit(self, name: str, job: Job) -> Future[Any]:
        return self._executor.submit(do_job, environment(), job.function, *job.arguments)

    def _result(self, name: str, future: Future[Any]) -> Any:
        try:
            return future.result()
        except CancelledError as error:
            raise ClusterError(
                f"the scheduler at {self._address} went away during the {name}: start it again; "
                "the next dbt build makes what this one could not"
            ) from error
        except KilledWorker as error:
            raise ClusterError(
                f"the {name} was given to several workers of {self._address}, and each of them "
                "died: give workers more memory, or fewer threads"
            ) from error
        except ModuleNotFoundError as error:
            raise ClusterError(
                f"a worker of {self._address} cannot do the {name}, for it finds no module "
                f"{error.name}: start workers in the project's folder, with its environment"
            ) from error


def do_job(expected: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """Do a job, as a worker that has what the build has.

    Args:
        expected: `environment()` of the build.
        function: the job's.
        arguments: what it takes.

    Raises:
        ClusterError: the worker has another version of something that decides a model.
    """
    here, there = json.loads(environment()), json.loads(expected)
    for name, version in there.items():
        if here.get(name) != version:
            raise ClusterError(
                f"a worker has other code in ml/ than this build: start it again in {ML.parent}"
                if name == "ml"
                else f"a worker has {name} {here.get(name)} where this build has {version}: "
                "give both the same environment"
            )
    return function(*arguments)


@functools.cache
def environment() -> str:
    """Versions of all that decides what a job returns (JSON): libraries, and all code in ml/."""
    digest = hashlib.sha256()
    for file in sorted(ML.rglob("*.py")):
        digest.update(file.read_bytes())
    return json.dumps({**json.loads(versions()), "ml": digest.hexdigest()[:12]})


@contextmanager
def connect(address: str) -> Iterator[Cluster]:
    """The cluster whose scheduler has this address.

    Raises:
        ClusterError: nobody answers there, or there is no worker.
    """
    try:
        client = Client(address, timeout=SECONDS_TO_ANSWER, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ClusterError(
            f"no scheduler answers at {address}: start one (make cluster), or leave var compute "
            "and environment variable COMPUTE out to train in this process"
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=SECONDS_TO_ANSWER)
        except TimeoutError as error:
            raise ClusterError(
                f"the scheduler at {address} has no workers: start some (dask worker {address})"
            ) from error
        yield Cluster(client)


def main() -> None:
    """Run a scheduler and workers on this machine until they are interrupted."""
    parser = argparse.ArgumentParser(
        prog="python -m ml.warehouse.cluster",
        description="A scheduler and workers on this machine, which no other machine can reach.",
    )
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="a fit at a time each")
    parser.add_argument("--port", type=int, default=PORT, help="of the scheduler")
    arguments = parser.parse_args()
    try:
        cluster = LocalCluster(
            host="127.0.0.1",
            scheduler_port=arguments.port,
            n_workers=arguments.workers,
            threads_per_worker=1,
            dashboard_address="127.0.0.1:0",
        )
    except RuntimeError as error:
        sys.exit(f"port {arguments.port} cannot be had ({error}): give another one with --port")
    with cluster, suppress(KeyboardInterrupt):
        print(
            f"{arguments.workers} workers; in another terminal: "
            f"dbt build --vars '{{compute: \"{cluster.scheduler_address}\"}}'",
            flush=True,
        )
        # An interrupt that another thread is told of wakes nobody who waits for ever.
        while True:
            time.sleep(1)


if __name__ == "__main__":
    main()
