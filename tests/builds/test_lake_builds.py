"""Builds into a lake: `make test-lake`, in an environment with requirements-lake.txt."""

import re

import pytest

pytestmark = pytest.mark.slow
lake = pytest.importorskip(
    "benchmarks.lake.__main__",
    reason="requirements-lake.txt is not installed here",
    exc_type=ImportError,
)


def test_a_lake_publishes_what_a_file_does(tmp_path, capsys):
    lake.same(tmp_path)
    said = capsys.readouterr().out
    assert said.endswith("differences of lake: none\ndifferences of lake on a server: none\n")


def test_files_and_publications_on_s3_are_the_same_and_a_dead_server_is_one_sentence(
    tmp_path, capsys
):
    lake.s3(tmp_path)
    said = capsys.readouterr().out
    assert (
        "differences: none\nfetched as published: True\nfiles with the secret key: none\n" in said
    )
    assert re.search(r"exit code [12], [1-9]\d* sentences\ntracebacks: 0\n", said)
    assert said.endswith("still published: True\n")


def test_readers_see_one_publication_or_the_next_and_no_error(tmp_path, capsys):
    lake.readers(tmp_path)
    said = capsys.readouterr().out
    assert re.search(r"states seen: \[\d+, \d+\]", said)
    assert said.endswith("errors: none\n")


def test_trainers_at_once_read_the_tagged_panel_lose_nothing_and_are_published(tmp_path, capsys):
    grown = lake.trainers(tmp_path)
    said = capsys.readouterr().out
    assert "damaged models: 0\nkept by the publisher: ['12m', '24m', '36m']\n" in said
    # Seed, tickers left out, labelled rows: of the whole panel, half of which was gone meanwhile.
    rows = {name: number for name, seed, without, number in grown["before"] if seed == 1}
    models = {row for row in grown["after"] if row[0] in rows}
    studies = [row for row in models if row[2] == 1]
    assert models - set(studies) == {
        (name, seed, 0, rows[name]) for name in rows for seed in (1, 2)
    }
    assert [seed for _, seed, *_ in sorted(studies)] == [3, 4]
    assert len({number for *_, number in studies}) == 1
    others = {row for row in grown["after"] if row[0] not in rows}
    assert {row[:3] for row in others} == {("backtest_forecasts", 3, 3), ("unseen_forecasts", 2, 3)}
    # One model a study and day: the later one.
    published = set(grown["published"])
    assert published > others | {(name, 2, 0, rows[name]) for name in rows}
    assert len(published & set(studies)) == 1
    assert len(published) == len(others) + len(rows) + 1


def test_six_programs_write_a_lake_at_once_and_read_what_they_wrote(tmp_path, capsys):
    lake.writers(tmp_path)
    said = capsys.readouterr().out
    assert "216 operations" in said
    assert said.endswith(" as written\nfaults: none\n")


def test_a_catalogue_that_dies_is_said_in_one_sentence_and_nothing_is_lost(tmp_path, capsys):
    lake.gone(tmp_path)
    said = capsys.readouterr().out
    assert re.search(r"exit code [12]; [1-9]\d* sentences", said)
    assert "tracebacks: 0" in said
    assert said.endswith("publishes True\n")
