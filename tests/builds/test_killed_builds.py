"""Builds that are killed where it is most delicate; `make torture` kills hundreds, anywhere."""

import multiprocessing
import shutil
import signal
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import TINY

from benchmarks.torture.builds import Builds, connect, difference
from benchmarks.torture.clock import moved
from benchmarks.torture.kills import killing_at
from ml.publishing import POINTER, published_file

A_FILE = "a published file"


def kill_and_build(folder: Path, warehouse: Path) -> dict[str, object]:
    """Kill a build that publishes at three places, let one through whose clock went back."""
    builds = Builds(folder, **TINY)
    shutil.copy(warehouse, builds.warehouse)
    found: dict[str, object] = {"killed": []}
    for move, is_before in ((A_FILE, True), (POINTER, True), (POINTER, False)):
        code = builds.build(before=killing_at(move, is_before))
        files = len(list(builds.publications.glob("2*.duckdb")))
        found["killed"].append((code, files, builds.named() is not None))
    killed = builds.published()
    found["file"] = published_file(builds.publications).name
    found["last build"] = builds.build(before=moved(timedelta(days=-3)))
    found["against what was killed"] = difference(killed, builds.published())
    with connect(builds.warehouse, read_only=True) as con:
        [[file]] = con.execute("select arg_max(file, published_at) from published").fetchall()
    found["is newest"] = Path(file) == published_file(builds.publications)
    found["left"] = sorted(path.name for path in builds.publications.iterdir())
    return found


@pytest.fixture(scope="module")
def found(tiny, tmp_path_factory) -> dict[str, object]:
    # A process of its own: dbt is forked there, and pytest has threads.
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(kill_and_build, (tmp_path_factory.mktemp("killed"), tiny.warehouse))


def test_a_killed_build_publishes_a_whole_file_or_none(found):
    killed = -signal.SIGKILL
    # One was there whole, but the pointer had not been moved to it; the next build wrote another.
    assert found["killed"] == [(killed, 0, False), (killed, 1, False), (killed, 2, True)]


def test_the_next_build_makes_it_good_by_a_clock_that_went_back(found):
    assert found["last build"] == 0
    assert found["against what was killed"] == "equal"
    assert found["is newest"]
    # Nothing unfinished: the files of three builds, the pointer, the history.
    assert len(found["left"]) == 5
    assert {POINTER, "run_history.parquet"} <= set(found["left"])
