"""Kills of whole process groups, at lines of the log, at times and where files appear."""

import os
import random
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.forked_dbt import end, poll
from benchmarks.torture.builds import FEW_TREES, Builds, difference
from ml.warehouse.publishing import POINTER, UNFINISHED

# After so many kills in a row the next build is let through.
IN_A_ROW = 2
ON_WHAT_IS_THERE, FROM_NOTHING = "on what is there", "from nothing"
# A moment that polling would miss: before or after a file is moved to its place.
MOVES = ("a published file", POINTER)
FILES = (UNFINISHED, f"{UNFINISHED}.wal", "a published file", "warehouse.duckdb.wal")


@dataclass
class Try:
    """One build that was to be killed, and what came of it."""

    start: str
    aim: str
    place: str
    is_killed: bool
    found: str
    next_build: str = ""

    @property
    def is_lost(self) -> bool:
        """Whether anything was lost, or the next build did not make it good."""
        return self.found not in ("nothing published yet", "whole", "equal") or (
            self.next_build not in ("", "equal")
        )


def campaign(folder: Path, market: Path, kills: int, seed: int) -> Iterator[Try]:
    """Kill builds until so many hit, half of them on what is there and half from nothing."""
    choice = random.Random(seed)
    builds = Builds(folder / "killed", market=str(market), **FEW_TREES)
    builds.parse(retrain=True)
    taken = {}
    for start, settings in ((FROM_NOTHING, {}), (ON_WHAT_IS_THERE, {"retrain": True})):
        if builds.build(**settings) != 0:
            raise SystemExit(builds.log[-3000:])
        taken[start] = builds.seconds
    undisturbed = builds.published()
    lines = max(int(of) for of in re.findall(r" of (\d+) ", builds.log))
    hits: Counter[str] = Counter()
    start, in_a_row = ON_WHAT_IS_THERE, 0
    while sum(hits.values()) < kills:
        if in_a_row == 0:
            start = ON_WHAT_IS_THERE
            if hits[ON_WHAT_IS_THERE] > hits[FROM_NOTHING]:
                start = FROM_NOTHING
                builds.clear()
        one = kill(builds, choice, start, taken[start], lines, undisturbed)
        hits[start] += one.is_killed
        in_a_row += 1
        if in_a_row > IN_A_ROW or (not one.is_killed):
            in_a_row = 0
        if in_a_row == 0 and one.is_killed:
            code = builds.build()
            one.next_build = difference(undisturbed, builds.published())
            if code != 0:
                one.next_build = f"ended with {code}: {builds.log[-1500:]}"
        yield one


def kill(
    builds: Builds,
    choice: random.Random,
    start: str,
    seconds: float,
    lines: int,
    undisturbed: dict[str, tuple] | str,
) -> Try:
    """Start a build, kill it where chance says, and look at what is left."""
    named = builds.named()
    aim = choice.choices(["log line", "time", "file", "move"], [4, 3, 3, 2])[0]
    line, delay = choice.randint(1, lines), choice.uniform(0, seconds)
    jitter, file, move = choice.uniform(0, 0.3), choice.choice(FILES), choice.choice(MOVES)
    is_before = choice.random() < 0.5
    there = set(builds.publications.glob("2*.duckdb"))
    wal = builds.warehouse.with_suffix(".duckdb.wal")
    builds.log_file.unlink(missing_ok=True)

    def is_time() -> bool:
        if aim == "time":
            return time.monotonic() - began > delay
        if aim == "log line":
            return f" {line} of " in builds.log
        if aim == "file" and file == "a published file":
            return not there.issuperset(builds.publications.glob("2*.duckdb"))
        if aim == "file" and file == wal.name:
            return time.monotonic() - began > delay and wal.exists()
        return aim == "file" and (builds.publications / file).exists()

    before = killing_at(move, is_before) if aim == "move" else lambda: None
    settings = {"retrain": True} if start == ON_WHAT_IS_THERE else {}
    began = time.monotonic()
    process = builds.start(before=before, **settings)
    code = None
    while code is None and not is_time():
        time.sleep(0.002 if aim == "file" else 0.02)
        code = poll(process)
    if code is None:
        if aim == "log line" or file != "a published file":
            time.sleep(jitter)
        end(process)
        code = -signal.SIGKILL
    what = {"log line": "log line", "time": "time", "file": f"file: {file}"}.get(
        aim, f"{'before' if is_before else 'after'} move to {move}"
    )
    place = place_of(builds, named) if code == -signal.SIGKILL else "ended before"
    found = builds.published() if builds.named() is not None else "nothing published yet"
    if isinstance(found, dict):
        found = difference(undisturbed, found)
    elif named is not None:
        found = f"lost: {found}"
    if place == "ended before" and (code != 0 or found != "equal"):
        found = f"ended with {code}, {found}: {builds.log[-1500:]}"
    return Try(start, what, place, code == -signal.SIGKILL, found)


def killing_at(move: str, is_before: bool) -> Callable[[], None]:
    """Has a build end itself, and its group, before or after a file is moved to its place."""

    def patch() -> None:
        replace = os.replace

        def replaced(source: str | Path, target: str | Path) -> None:
            name = Path(target).name
            is_it = name == move or (move == "a published file" and name.endswith(".duckdb"))
            if not (is_it and is_before):
                replace(source, target)
            if is_it:
                os.killpg(0, signal.SIGKILL)

        os.replace = replaced  # type: ignore[assignment]

    return patch


def place_of(builds: Builds, named: str | None) -> str:
    """Where a build was when it was killed: which part of the project, how far publishing."""
    log = builds.log
    if builds.named() != named:
        return "pointer moved, the run not yet recorded"
    if (builds.publications / UNFINISHED).exists() and " main.published " in log:
        return "writing the published file"
    file = newest(builds)
    if file is not None and (named is None or file.name != named.strip()) and "published " in log:
        return "published file there, pointer not moved"
    started = re.findall(r"(\d+) of \d+ START (.*?)(?: \.\.|  \[RUN)", log)
    ended = set(re.findall(r"(\d+) of \d+ (?!START)", log))
    running = [name for number, name in started if number not in ended]
    if not started or "hook" in (running or [started[-1][1]])[-1]:
        return "hooks, before the first node" if " OK created" not in log else "hooks, at the end"
    words = (running or [started[-1][1]])[-1]
    return layer(builds, words)


def newest(builds: Builds) -> Path | None:
    """The file that was written last among the publications."""
    files = sorted(builds.publications.glob("2*.duckdb"), key=lambda file: file.stat().st_mtime)
    return files[-1] if files else None


def layer(builds: Builds, words: str) -> str:
    """`models/training` and the like, of a node as the log names it."""
    name = words.split()[-1].removeprefix("main.")
    for project in builds.forks.projects.values():
        for node in project.nodes.values():
            if node.name == name or getattr(node, "alias", "") == name:
                if node.resource_type == "model":
                    return str(Path(node.original_file_path).parent)
                return f"{node.resource_type}s"
    return "tests" if words.startswith("test") else "elsewhere"
