"""Readers that open as the dashboard does, while publications come and old ones are deleted."""

import logging
import multiprocessing
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path

import duckdb

from dashboard.publication import open_publication
from ml.publishing import POINTER, publications_folder, publish

TABLES, ROWS = 4, 50_000
KEPT = 1
SECONDS_TO_BEGIN = 60


@dataclass
class Outcome:
    """What the readers saw."""

    readers: int
    publications: int
    opens: int
    mixed: int
    errors: int
    first_errors: list[str]
    left: int

    @property
    def is_lost(self) -> bool:
        """Whether any reader failed, saw tables of two publications, or too much is left."""
        return bool(self.mixed or self.errors) or self.left != KEPT


def read(pointer: Path, number: int, has_begun: Queue, stop: Event, results: Queue) -> None:
    """Open what is published over and over; each time, all tables must be of one publication."""
    logging.disable(logging.CRITICAL)
    choice = random.Random(number)
    opens, mixed, errors = 0, 0, []
    while not stop.is_set():
        try:
            publication = open_publication(pointer)
            versions = set()
            for table in range(TABLES):
                query = f"select min(v), max(v), count(*) from t{table}"
                versions.add(publication.connection.cursor().execute(query).fetchone())
                if choice.random() < 0.2:
                    time.sleep(choice.random() * 0.3)
            opens += 1
            mixed += len(versions) != 1
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}"[:300])
        if opens + len(errors) == 1:
            has_begun.put(number)
        time.sleep(0.02)
    results.put((opens, mixed, errors))


def campaign(
    folder: Path, readers: int = 20, publications: int = 30, seconds_between: float = 0.15
) -> Iterator[Outcome]:
    """Publish over and over, one file kept, while all read."""
    warehouse = folder / "read" / "warehouse.duckdb"
    warehouse.parent.mkdir(parents=True)
    target = publications_folder(warehouse)
    con = duckdb.connect(str(warehouse), config={"threads": 1})

    def publish_version(version: int) -> None:
        for table in range(TABLES):
            con.execute(
                f"create or replace table t{table} as select {version} as v from range({ROWS})"
            )
        tables = {f"t{table}": con.table(f"t{table}") for table in range(TABLES)}
        publish(con.cursor(), tables, {"t3": ["v"]}, target, datetime.now(UTC), KEPT)

    publish_version(0)
    # Forks would share DuckDB's threads.
    context = multiprocessing.get_context("spawn")
    stop, begun, results = context.Event(), context.Queue(), context.Queue()
    processes = [
        context.Process(target=read, args=(target / POINTER, number, begun, stop, results))
        for number in range(readers)
    ]
    for process in processes:
        process.start()
    for _ in processes:
        begun.get(timeout=SECONDS_TO_BEGIN * readers)
    for version in range(1, publications + 1):
        publish_version(version)
        time.sleep(seconds_between)
    stop.set()
    found = [results.get(timeout=SECONDS_TO_BEGIN) for _ in processes]
    for process in processes:
        process.join()
    con.close()
    errors = [error for _, _, some in found for error in some]
    yield Outcome(
        readers,
        publications,
        sum(opens for opens, _, _ in found),
        sum(mixed for _, mixed, _ in found),
        len(errors),
        errors[:5],
        len(list(target.glob("2*.duckdb"))),
    )
