"""Builds that are killed where it is most delicate; `make torture` kills hundreds, anywhere."""

import multiprocessing
import shutil
import signal
from datetime import timedelta
from pathlib import Path

import pytest
from conftest import TINY

from benchmarks.torture.builds import Builds, connect, difference, digests
from benchmarks.torture.clock import moved
from benchmarks.torture.kills import killing_at
from ml.publishing import HISTORY_FILE, POINTER, published_file
from ml.record import RECORD_FILE


def kill_and_build(folder: Path, warehouse: Path) -> dict[str, object]:
    """Kill a build between its file and the pointer, let one through whose clock went back."""
    builds = Builds(folder, **TINY)
    shutil.copy(warehouse, builds.warehouse)
    found: dict[str, object] = {"killed": builds.build(before=killing_at(POINTER, True))}
    [file] = builds.publications.glob("2*.duckdb")
    found["pointer"] = builds.named()
    with connect(file, read_only=True) as con:
        killed = digests(con)
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
    # The file is there, whole as the next one; the pointer had not been moved to it.
    assert found["killed"] == -signal.SIGKILL
    assert found["pointer"] is None


def test_the_next_build_makes_it_good_by_a_clock_that_went_back(found):
    assert found["last build"] == 0
    assert found["against what was killed"] == "equal"
    assert found["is newest"]
    # Nothing unfinished: the files of two builds, the pointer, the history, the record.
    assert len(found["left"]) == 5
    assert {POINTER, HISTORY_FILE, RECORD_FILE} <= set(found["left"])
