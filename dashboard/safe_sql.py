"""Queries of visitors on a published file, in a process that can do nothing else.

DuckDB's own limits do not hold for every query: one expression may take gigabytes or minutes
before DuckDB looks at a limit or an interrupt, and COPY may overwrite the database file itself.
So each query runs in a process of its own (query_worker.py), which the operating system limits in
memory and forbids to write, and which is killed when its time is up. It has no environment
variables. The process of the next query starts beforehand: most take less than that. All this
needs Linux.
"""

import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pyarrow as pa

from dashboard.query_worker import Limits, QueryError, Result, too_much_memory
from dashboard.turns import STEP, Turn, Turns

TURNS = Turns(3)
LONGEST_QUERY = 100_000  # characters
# Whoever has had less CPU gets a process that runs already, and more of the CPU than others.
MODEST = 2.0  # seconds
NICENESS, GREEDY_NICENESS = 10, 19
WORKER = Path(__file__).with_name("query_worker.py")

BUSY = "Several queries of other visitors are running. Try again in a moment."
GAVE_WAY = "The query was stopped for those of other visitors. Try again in a moment."


class Spare:
    """A worker that waits for a query, from the first query on."""

    def __init__(self) -> None:
        """None so far."""
        self._worker: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def take(self) -> subprocess.Popen[bytes]:
        """The worker that waits, or a new one; another is started in its place."""
        with self._lock:
            worker, self._worker = self._worker, _start()
        return worker if worker and worker.poll() is None else _start()


def _start() -> subprocess.Popen[bytes]:
    # Isolated (-I): neither the current folder nor the user's packages are imported.
    return subprocess.Popen(
        [sys.executable, "-I", WORKER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"TZ": "UTC"},
    )


SPARE = Spare()


def run(
    file: Path,
    sql: str,
    limits: Limits | None = None,
    visitor: str = "",
    wanted: Callable[[], object] = lambda: None,
) -> Result:
    """Run one query on a published file, read only.

    Args:
        file: the published file.
        sql: one SELECT, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN.
        limits: what it may take.
        visitor: who asks; where all places are taken, those go first who have had least.
        wanted: called several times a second; what it raises ends the query.

    Raises:
        QueryError: the query is forbidden or wrong, or took too much.
    """
    limits = limits or Limits()
    if len(sql) > LONGEST_QUERY:
        raise QueryError(f"The query is longer than {LONGEST_QUERY:,} characters. Shorten it.")
    try:
        with TURNS.take(visitor, limits.seconds, wanted) as turn:
            request = {
                "file": str(file),
                "sql": sql,
                "limits": asdict(limits),
                "niceness": NICENESS if turn.had < MODEST else GREEDY_NICENESS,
            }
            code, out, errors = _output(json.dumps(request).encode(), limits, turn, wanted)
    except TimeoutError:
        raise QueryError(BUSY) from None
    if code != 0:
        last_line = errors.decode(errors="replace").strip().rpartition("\n")[2]
        if code > 0 and not last_line.startswith("MemoryError"):
            raise QueryError("The query could not be run.")
        raise QueryError(too_much_memory(limits))
    _ready, header, body = out.split(b"\n", 2)
    answer = json.loads(header)
    if "error" in answer:
        raise QueryError(answer["error"], answer["detail"])
    return Result(pa.ipc.open_stream(body).read_all(), answer["is_cut"])


def _output(
    request: bytes, limits: Limits, turn: Turn, wanted: Callable[[], object]
) -> tuple[int, bytes, bytes]:
    """Exit code, output and errors of a worker; it never outlives this."""
    worker = SPARE.take() if turn.had < MODEST else _start()
    assert worker.stdin
    assert worker.stdout
    assert worker.stderr
    deadline = time.monotonic() + limits.seconds
    pieces: dict[int, list[bytes]] = {worker.stdout.fileno(): [], worker.stderr.fileno(): []}
    room = limits.result_bytes + 2_000_000  # for names and types, and what is said of an error
    start: float | None = None  # CPU that the worker had taken when it was ready
    try:
        with worker.stdin, worker.stdout, worker.stderr, selectors.DefaultSelector() as selector:
            for pipe in pieces:
                selector.register(pipe, selectors.EVENT_READ)
            try:
                worker.stdin.write(request + b"\n")
                worker.stdin.flush()
            except BrokenPipeError:
                pass  # its exit code says why
            next_look = 0.0
            while selector.get_map():
                if (now := time.monotonic()) >= next_look:
                    wanted()
                    next_look = now + STEP
                if turn.is_over:
                    raise QueryError(GAVE_WAY)
                if now > deadline:
                    raise QueryError(
                        f"The query was stopped after {limits.seconds:g} seconds. "
                        "Filter earlier, or take fewer rows."
                    )
                for key, _ in selector.select(STEP):
                    piece = os.read(key.fd, 1 << 20)
                    pieces[key.fd].append(piece)
                    room -= len(piece)
                    if not piece:
                        selector.unregister(key.fd)
                    if room < 0:
                        raise QueryError(too_much_memory(limits))
                if pieces[worker.stdout.fileno()]:
                    start = _cpu_seconds(worker.pid) if start is None else start
                    turn.spent = _cpu_seconds(worker.pid) - start
        out, errors = map(b"".join, pieces.values())
        return worker.wait(), out, errors
    finally:
        worker.kill()
        worker.wait()


def _cpu_seconds(process: int) -> float:
    """CPU that a process has taken, which may have ended but must not have been waited for."""
    stat = Path(f"/proc/{process}/stat").read_text()
    # After the name of the program, which may hold anything: user and system time.
    user, system = stat.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
