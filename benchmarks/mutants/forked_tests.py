"""Tests of a copy of the project, in a process that has the libraries already."""

import multiprocessing
import os
import sys
from pathlib import Path

import pytest

# Imported once, and not yet used: threads do not survive a fork.
LIBRARIES = ["catboost", "duckdb", "hypothesis", "polars", "pytest", "scipy.stats", "sklearn"]
SECONDS = 600


def fail(project: Path, tests: list[str]) -> bool:
    """Whether one of some tests fails, or takes too long."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(LIBRARIES)
    process = context.Process(target=_run, args=(project, tests))
    process.start()
    process.join(SECONDS)
    process.kill()
    return process.exitcode != 0


def _run(project: Path, tests: list[str]) -> None:
    os.chdir(project)
    sys.path.insert(0, str(project))
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    sys.exit(pytest.main(["-x", "-q", "-n0", "-p", "no:cacheprovider", *tests]))
