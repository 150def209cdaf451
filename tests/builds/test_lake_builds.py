"""Builds into a lake: `make test-lake`, in an environment with requirements-lake.txt."""

import re

import pytest

pytestmark = pytest.mark.slow
lake = pytest.importorskip(
    "benchmarks.lake", reason="requirements-lake.txt is not installed here", exc_type=ImportError
)


def test_a_lake_publishes_what_a_file_does(tmp_path, capsys):
    lake.same(tmp_path)
    said = capsys.readouterr().out
    assert said.endswith("differences of lake: none\ndifferences of lake on a server: none\n")


def test_readers_see_one_publication_or_the_next_and_no_error(tmp_path, capsys):
    lake.readers(tmp_path)
    said = capsys.readouterr().out
    assert re.search(r"states seen: \[\d+, \d+\]", said)
    assert said.endswith("errors: none\n")


def test_a_catalogue_that_dies_is_said_in_one_sentence_and_nothing_is_lost(tmp_path, capsys):
    lake.gone(tmp_path)
    said = capsys.readouterr().out
    assert re.search(r"exit code [12]; [1-9]\d* sentences", said)
    assert "tracebacks: 0" in said
    assert said.endswith("publishes True\n")
