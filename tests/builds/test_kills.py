"""Builds that are killed, one after another: `make torture` kills hundreds of them."""

import contextlib
import os
import shutil
import signal
import time
from collections.abc import Callable

import duckdb
import pytest
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


def kill_when(project: Project, is_time: Callable[[str], bool], **settings: object) -> None:
    """Start a build, and kill it once what it said and left is as asked for."""
    process = project.start(*BUILD, **TINY, **settings)
    deadline = time.monotonic() + 300
    while not is_time((project.folder / "logs" / "said.txt").read_text()):
        os.kill(process, 0)  # still there
        assert time.monotonic() < deadline
        time.sleep(0.005)
    os.killpg(process, signal.SIGKILL)
    assert apart().wait() == -signal.SIGKILL


@pytest.fixture
def copy(tiny, project) -> Project:
    shutil.copy(tiny.warehouse, project.warehouse)
    folder = publications_folder(project.warehouse)
    shutil.copytree(publications_folder(tiny.warehouse), folder)
    return project


@pytest.fixture
def whole(copy) -> dict[str, tuple]:
    """What was published before the kills."""
    published_before = published(copy)
    assert published_before["ticker_shap"][0] > 1000
    return published_before


def test_a_build_killed_while_the_pointer_moves_loses_nothing(copy, whole):
    folder = publications_folder(copy.warehouse)
    before = set(folder.iterdir())
    # A copied warehouse is published anew. The file is in its place, and the pointer is moved now.
    kill_when(copy, lambda _: any(set(folder.glob("2*.duckdb")) - before))
    assert difference(published(copy), whole) == "equal"

    copy.build(*BUILD[1:], **TINY)
    assert difference(published(copy), whole) == "equal"
    assert not (folder / UNFINISHED).exists()


@pytest.mark.slow
def test_builds_killed_in_a_row_lose_nothing_and_the_next_comes_out_the_same(copy, whole):
    folder = publications_folder(copy.warehouse)
    # One model is trained, and the next is on its way.
    trained = "OK created python incremental model main.trained_"
    kill_when(copy, lambda said: trained in said, retrain=True)
    assert published(copy) == whole
    sizes: set[int] = set()

    def is_writing(said: str) -> bool:
        if "START python incremental model main.published " in said:
            # What a killed build left goes before the file is begun anew.
            with contextlib.suppress(FileNotFoundError):
                sizes.add((folder / UNFINISHED).stat().st_size)
        return len(sizes) > 1

    kill_when(copy, is_writing, retrain=True)
    assert (folder / UNFINISHED).exists()
    assert published(copy) == whole

    copy.build(*BUILD[1:], **TINY)
    assert difference(published(copy), whole) == "equal"
    assert not (folder / UNFINISHED).exists()
