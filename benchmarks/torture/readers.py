"""Readers that open as the dashboard does, while publications come and old ones are deleted."""

import json
import logging
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from dashboard.publication import open_publication
from ml.warehouse.publishing import POINTER, publications_folder, publish

ROOT = Path(__file__).parents[2]
TABLES, ROWS = 4, 50_000
KEPT = 1
SECONDS_TO_END = 60


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


def read(pointer: Path, number: int, stop: Path) -> None:
    """Open what is published until a file says stop; all tables must be of one publication.

    Prints `begun` after the first time, and what it saw at the end.
    """
    logging.disable(logging.CRITICAL)
    choice = random.Random(number)
    opens, mixed, errors = 0, 0, []
    while not stop.exists():
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
            print("begun", flush=True)
        time.sleep(0.02)
    print(json.dumps((opens, mixed, errors)))


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
    stop = folder / "stop"
    given = [str(target / POINTER), str(stop)]
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.torture.readers", str(number), *given],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(readers)
    ]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    for version in range(1, publications + 1):
        publish_version(version)
        time.sleep(seconds_between)
    stop.touch()
    found = [json.loads(process.communicate(timeout=SECONDS_TO_END)[0]) for process in processes]
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


if __name__ == "__main__":
    read(Path(sys.argv[2]), int(sys.argv[1]), Path(sys.argv[3]))
