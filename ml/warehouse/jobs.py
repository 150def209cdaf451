"""Jobs: fits that need not wait for one another, done in this process or by a cluster's workers.

A job is a plain function of arrays and settings that returns what it made, the same to the bit
whoever calls it. One that is begun again, because its worker died, is no other job: it counts once.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_EXCEPTION, Executor, Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ml.warehouse.progress import Progress
from ml.warehouse.settings import Settings


class ClusterError(RuntimeError):
    """Raised when the cluster that jobs are to be done by cannot do them."""


@dataclass(frozen=True)
class Job:
    """A call that is to be made once, anywhere.

    Attributes:
        function: of a module that workers have too; what it does is its result and nothing else.
        arguments: what it takes; large ones that jobs have in common come from `Workplace.share`.
    """

    function: Callable[..., Any]
    arguments: tuple[Any, ...]


class InTurn(Executor):
    """Does each job when it is given, in the thread that gives it."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """A future that has its result, or its error, already."""
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class Workplace:
    """Where jobs are done: by any executor of `concurrent.futures`.

    Attributes:
        is_here: whether they are done in the calling thread, which may watch them.
    """

    def __init__(self, executor: Executor | None = None) -> None:
        """Jobs go to an executor; without one they are done in turn, in the calling thread."""
        self.is_here = executor is None
        self._executor = executor or InTurn()

    def threads(self, settings: Settings) -> int:
        """Threads of a fit."""
        return settings.threads

    def share(self, value: Any) -> Any:
        """What many jobs take as an argument: it is sent once, and jobs are given what this is."""
        return value

    def run(self, jobs: Iterable[tuple[str, Job]], progress: Progress | None = None) -> list[Any]:
        """What the jobs return, in their order; a name that comes twice counts once.

        Args:
            jobs: the jobs, each with a name of its own that is told where it fails.
            progress: is told of each that is done.

        Raises:
            Exception: whatever the first job raised that failed; the others are not waited for.
        """
        futures: dict[str, Future[Any]] = {}
        try:
            for name, job in jobs:
                if name in futures:
                    continue
                futures[name] = future = self._submit(name, job)
                if progress:
                    future.add_done_callback(lambda _: progress.add(1))
                if future.done():
                    # In turn: after a failure the next would be done in vain.
                    self._result(name, future)
            wait(futures.values(), return_when=FIRST_EXCEPTION)
            for name, future in futures.items():
                if future.done():
                    self._result(name, future)
            return [self._result(name, future) for name, future in futures.items()]
        finally:
            for future in futures.values():
                future.cancel()

    def _submit(self, name: str, job: Job) -> Future[Any]:
        return self._executor.submit(job.function, *job.arguments)

    def _result(self, name: str, future: Future[Any]) -> Any:
        return future.result()


HERE = Workplace()


@contextmanager
def workplace(address: str | None) -> Iterator[Workplace]:
    """The cluster whose scheduler has this address; without one, this process.

    Raises:
        ClusterError: nobody answers there, or the cluster cannot do the project's jobs.
    """
    if not address:
        yield HERE
        return
    # Needs a package that builds on one machine do without.
    try:
        from ml.warehouse.cluster import connect
    except ModuleNotFoundError as error:
        raise ClusterError(
            f"jobs at {address} need package {error.name}, which is not installed: "
            "pip install -r requirements-cluster.txt"
        ) from error
    with connect(address) as cluster:
        yield cluster
