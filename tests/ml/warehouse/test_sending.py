"""Publications that are put elsewhere: into a folder, or on a server of s3."""

import subprocess
from datetime import UTC, datetime

import duckdb
import pytest

from dashboard.fetching import Source
from dashboard.publication import open_publication
from ml.warehouse.publishing import POINTER, publish, published_file
from ml.warehouse.sending import SendingError, send
from tests.dashboard.publication_server import served

NAMES = [f"20260101T0000{second:02}000000.duckdb" for second in range(5)]


def publish_at(folder, second: int):
    with duckdb.connect() as con:
        tables = {"marts": con.sql(f"select {second} as number")}
        at = datetime(2026, 1, 1, 0, 0, second, tzinfo=UTC)
        return publish(con, tables, {}, folder / "simulated", at, kept=5)


@pytest.fixture
def on_s3(monkeypatch):
    """A shelf that is a server of s3, and the keys for it."""
    with served() as shelf:
        monkeypatch.setenv("AWS_ENDPOINT_URL", shelf.address)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "planted_id")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "planted_key")
        yield shelf


def test_a_folder_holds_what_was_sent_last(tmp_path):
    there = tmp_path / "there" / "simulated"
    for second in range(3):
        publication = publish_at(tmp_path / "here", second)
        send(publication, f"{tmp_path}/there/", kept=2)
    (there / "notes.duckdb").touch()
    send(publish_at(tmp_path / "here", 3), f"{tmp_path}/there", kept=2)
    kept = {file.name for file in there.iterdir()}
    assert kept == {POINTER, "notes.duckdb", *NAMES[2:4], *(f"{n}.sha256" for n in NAMES[2:4])}
    assert (
        published_file(there).read_bytes()
        == published_file(tmp_path / "here" / "simulated").read_bytes()
    )
    checked = subprocess.run(
        ["sha256sum", "--check", f"{NAMES[3]}.sha256"], cwd=there, capture_output=True, text=True
    )
    assert checked.stdout == f"{NAMES[3]}: OK\n"


def test_what_is_sent_to_s3_is_what_a_dashboard_fetches(tmp_path, on_s3, monkeypatch):
    monkeypatch.setenv("PUBLISHED_CACHE", str(tmp_path / "cache"))
    source = Source(f"s3://bucket/forecasts/simulated/{POINTER}")
    for second in range(4):
        send(publish_at(tmp_path / "here", second), "s3://bucket/forecasts", kept=2)
        if second:
            source.look()
        publication = open_publication(source.pointer())
        assert publication.query("select number from marts").item() == second
    folder = "/bucket/forecasts/simulated/"
    names = {POINTER, *NAMES[2:4], *(f"{name}.sha256" for name in NAMES[2:4])}
    assert set(on_s3.files) == {folder + name for name in names}
    puts = [path.removeprefix(folder) for method, path, _ in on_s3.asked if method == "PUT"]
    assert puts[:3] == [NAMES[0], f"{NAMES[0]}.sha256", POINTER]


def test_a_place_that_cannot_be_written_to_is_said_without_its_address(tmp_path, on_s3):
    on_s3.fails = 403
    with pytest.raises(
        SendingError, match="is published on this machine, but could not be"
    ) as said:
        send(publish_at(tmp_path, 0), "s3://planted-bucket/forecasts", kept=2)
    assert "planted" not in str(said.value)
    (tmp_path / "file").touch()
    with pytest.raises(SendingError, match=r"see that the place can be written to"):
        send(publish_at(tmp_path, 0), str(tmp_path / "file"), kept=2)


@pytest.mark.parametrize("place", ["https://planted.com/at", "s3://planted@bucket/at"])
def test_an_address_that_cannot_be_used_is_not_repeated(tmp_path, place):
    with pytest.raises(SendingError, match="var publish_to holds") as said:
        send(publish_at(tmp_path, 0), place, kept=2)
    assert "planted" not in str(said.value)
