"""Builds that are killed, one after another: `make torture` kills hundreds of them."""

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Callable

import duckdb
from conftest import TINY, Project

from benchmarks.forked_dbt import apart
from benchmarks.torture.builds import difference, digests
from ml.warehouse.publishing import POINTER, UNFINISHED, publications_folder, published_file

BUILD = ("build", "--exclude-resource-type", "unit_test")


def published(project: Project) -> dict[str, tuple]:
    """What `latest` names, read to its end."""
    folder = publications_folder(project.warehouse)
    file = published_file(folder)
    assert (folder / POINTER).read_text() == f"{file.name}\n"
    with duckdb.connect(str(file), read_only=True) as con:
        return digests(con)


def kill_when(project: Project, is_time: Callable[[str], bool]) -> None:
    """Start a build that trains anew, and kill it once what it said and left is as asked for."""
    process = project.start(*BUILD, **TINY, retrain=True)
    deadline = time.monotonic() + 300
    while not is_time((project.folder / "logs" / "said.txt").read_text()):
        os.kill(process, 0)  # still there
        assert time.monotonic() < deadline
        time.sleep(0.005)
    os.killpg(process, signal.SIGKILL)
    assert apart().wait() == -signal.SIGKILL


def test_builds_killed_in_a_row_lose_nothing_and_the_next_comes_out_the_same(tiny, project):
    folder = publications_folder(project.warehouse)
    shutil.copy(tiny.warehouse, project.warehouse)
    shutil.copytree(publications_folder(tiny.warehouse), folder)
    whole = published(project)
    assert whole["ticker_shap"][0] > 1000

    # One model is trained, and the next is on its way.
    kill_when(project, lambda said: "OK created python incremental model main.trained_" in said)
    assert published(project) == whole
    sizes: set[int] = set()

    def is_writing(said: str) -> bool:
        if "START python incremental model main.published " in said:
            # What a killed build left goes before the file is begun anew.
            with contextlib.suppress(FileNotFoundError):
                sizes.add((folder / UNFINISHED).stat().st_size)
        return len(sizes) > 1

    kill_when(project, is_writing)
    assert (folder / UNFINISHED).exists()
    assert published(project) == whole
    # The file is in its place, and the pointer is moved at this moment.
    before = set(folder.iterdir())
    kill_when(project, lambda _: any(set(folder.glob("2*.duckdb")) - before))
    assert difference(published(project), whole) == "equal"

    project.build(*BUILD[1:], **TINY)
    assert difference(published(project), whole) == "equal"
    assert not (folder / UNFINISHED).exists()
