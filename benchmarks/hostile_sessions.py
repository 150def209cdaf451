"""How long a small query takes beside visitors whose queries never end.

python -m benchmarks.hostile_sessions --sessions 10 --repeats 20

On a machine that does other work, have Linux serve its session first:
`setsid --wait bash -c 'echo -19 > /proc/self/autogroup; exec python -m …'`.
"""

import argparse
import math
import os
import statistics
import tempfile
import threading
import time
from pathlib import Path

import duckdb

from dashboard.query_worker import QueryError
from dashboard.safe_sql import run

ENDLESS = "select count(*) from range(10_000_000_000) a, range(9) b"
HONEST = "select 2"
PAUSE = 1.0  # seconds between two queries of an honest visitor
BEFORE = 5.0  # seconds that the hostile ones have had by then


class OverError(Exception):
    """Ends the query of a hostile visitor when all has been measured."""


def main() -> None:
    """Measure, and print a row of Markdown each for alone and beside."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sessions", type=int, default=10, help="hostile visitors (10)")
    parser.add_argument("--repeats", type=int, default=20, help="small queries (20)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "published.duckdb"
        duckdb.connect(str(file)).close()
        print("| `select 2` | repeats | median | slowest | sent away | load |")
        print("|---|--:|--:|--:|--:|--:|")
        print(_row("alone", *_honest(file, "alone", arguments.repeats)), flush=True)
        is_over = threading.Event()
        hostile = [
            threading.Thread(target=_hostile, args=(file, f"hostile {number}", is_over))
            for number in range(arguments.sessions)
        ]
        for each in hostile:
            each.start()
        try:
            time.sleep(BEFORE)
            print(_row(f"beside {arguments.sessions}", *_honest(file, "honest", arguments.repeats)))
        finally:
            is_over.set()
            for each in hostile:
                each.join()


def _honest(file: Path, visitor: str, repeats: int) -> tuple[list[float], int]:
    """Seconds of each small query, and how many others gave way."""
    took, sent_away = [], 0
    for _ in range(repeats):
        start = time.monotonic()
        try:
            run(file, HONEST, visitor=visitor)
            took.append(time.monotonic() - start)
        except QueryError:
            sent_away += 1
        time.sleep(PAUSE)
    return took, sent_away


def _hostile(file: Path, visitor: str, is_over: threading.Event) -> None:
    def leave() -> None:
        if is_over.is_set():
            raise OverError

    while True:
        try:
            run(file, ENDLESS, visitor=visitor, wanted=leave)
        except QueryError:
            pass  # stopped for others, or after its time
        except OverError:
            return


def _row(name: str, took: list[float], sent_away: int) -> str:
    took = took or [math.nan]
    return (
        f"| {name} | {len(took) + sent_away} | {statistics.median(took):.2f} s | {max(took):.2f} s"
        f" | {sent_away} | {os.getloadavg()[0]:.0f} |"
    )


if __name__ == "__main__":
    main()
