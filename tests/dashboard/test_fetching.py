"""A dashboard whose publications stand elsewhere, on a server of this machine."""

import hashlib
import subprocess
import threading
import time
from datetime import timedelta

import duckdb
import pytest
import stamina
from streamlit.testing.v1 import AppTest

from dashboard import fetching
from dashboard.fetching import FetchError, Source
from dashboard.pointers import PublicationError, find_publications
from dashboard.publication import open_publication
from ml.warehouse import stores
from ml.warehouse.publishing import POINTER, published_file
from ml.warehouse.stores import StoreError
from tests.dashboard.conftest import VIEWS, wait_until
from tests.dashboard.publication_server import Shelf, served


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """Where fetched publications are kept; each look is due at once, and asks but once."""
    monkeypatch.setenv("PUBLISHED_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(fetching, "SECONDS_BETWEEN_LOOKS", 0.0)
    monkeypatch.setattr(fetching, "ATTEMPTS", 1)
    fetching.source.cache_clear()
    return tmp_path / "cache"


@pytest.fixture
def shelf():
    with served() as shelf:
        yield shelf


def file_of(folder, number: int) -> bytes:
    file = folder / f"{number}.duckdb"
    with duckdb.connect(str(file)) as con:
        con.execute(f"create table one as select {number} as number")
        con.execute(f"create table other as select {number} as number from range(40_000)")
    return file.read_bytes()


def put(shelf: Shelf, number: int, body: bytes) -> None:
    name = f"20260101T{number:012}.duckdb"
    shelf.files[f"/at/simulated/{name}"] = body
    digest = hashlib.sha256(body).hexdigest()
    shelf.files[f"/at/simulated/{name}.sha256"] = f"{digest}  {name}\n".encode()
    shelf.files[f"/at/simulated/{POINTER}"] = f"{name}\n".encode()


def source_on(shelf: Shelf) -> Source:
    return Source(f"{shelf.address}/at/simulated/{POINTER}")


def numbers(pointer) -> set[int]:
    publication = open_publication(pointer)
    with publication.connection.cursor() as cursor:
        rows = cursor.execute("select number from one union all select number from other")
        return {number for (number,) in rows.fetchall()}


def test_a_file_is_fetched_once_and_two_are_kept(shelf, tmp_path):
    put(shelf, 1, file_of(tmp_path, 1))
    source = source_on(shelf)
    pointer = source.pointer()
    assert pointer.parent.name == "simulated"
    assert numbers(pointer) == {1}
    for _ in range(3):
        source.look()
    assert shelf.count("GET", "1.duckdb") == {200: 1}
    assert shelf.count("GET", POINTER) == {200: 1, 304: 3}
    for number in (2, 3):
        put(shelf, number, file_of(tmp_path, number))
        source.look()
        assert numbers(pointer) == {number}
    kept = {file.name for file in pointer.parent.iterdir()}
    assert kept == {POINTER, "lock", *(f"20260101T{number:012}.duckdb" for number in (2, 3))}
    # Another dashboard on the same folder has nothing to fetch.
    assert source_on(shelf).pointer() == pointer
    assert shelf.count("GET", "3.duckdb") == {200: 1}


def test_twenty_publications_from_a_server_that_cuts_half_of_its_answers(
    shelf, tmp_path, monkeypatch
):
    monkeypatch.setattr(fetching, "ATTEMPTS", 4)
    monkeypatch.setitem(stores.RETRIES, "backoff", {"init_backoff": timedelta(milliseconds=1)})
    bodies = [file_of(tmp_path, number) for number in range(21)]
    put(shelf, 0, bodies[0])
    shelf.cuts = True
    stamina.set_testing(True, attempts=4)
    source = source_on(shelf)
    done = threading.Event()
    seen: list[set[int]] = []
    wrong: list[object] = []

    def read() -> None:
        while not done.is_set():
            try:
                seen.append(numbers(source.pointer()))
            except Exception as error:
                wrong.append(error)
            time.sleep(0.01)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(21):
        put(shelf, number, bodies[number])
        wait_until(lambda number=number: {number} in seen[-9:] or wrong)
    done.set()
    for reader in readers:
        reader.join()
    stamina.set_testing(False)
    assert wrong == []
    assert {len(found) for found in seen} == {1}
    assert {number for found in seen for number in found} == set(range(21))


def test_a_file_that_is_not_what_was_published_is_not_shown(shelf, tmp_path):
    put(shelf, 1, file_of(tmp_path, 1))
    source = source_on(shelf)
    pointer = source.pointer()
    put(shelf, 2, file_of(tmp_path, 2))
    shelf.files["/at/simulated/20260101T000000000002.duckdb"] += b"more"
    source.look()
    assert numbers(pointer) == {1}
    assert "is not the one whose SHA-256 stands beside it" in source.news()
    assert "This is what was fetched last." in source.news()


@pytest.mark.parametrize(
    ("lacking", "words"),
    [
        (POINTER, "lacks the pointer"),
        ("20260101T000000000001.duckdb", "lacks the pointer"),
        ("20260101T000000000001.duckdb.sha256", "or the SHA-256 beside it"),
    ],
)
def test_what_lacks_is_said_where_nothing_was_fetched(shelf, tmp_path, monkeypatch, lacking, words):
    put(shelf, 1, file_of(tmp_path, 1))
    del shelf.files[f"/at/simulated/{lacking}"]
    monkeypatch.setenv("PUBLISHED", f"{shelf.address}/at/simulated/{POINTER}")
    with pytest.raises(PublicationError, match=words) as said:
        find_publications()
    assert "localhost" not in str(said.value)


@pytest.mark.parametrize("text", [b"../../etc/passwd\n", b"<html>", b"x" * 5_000, b"\xff\xfe"])
def test_a_pointer_that_names_no_file(shelf, text):
    shelf.files[f"/at/simulated/{POINTER}"] = text
    with pytest.raises(FetchError, match="the pointer names no published file"):
        source_on(shelf).pointer()


def test_refused_access_is_said_at_once(shelf):
    shelf.fails = 403
    with pytest.raises(FetchError, match="refuses access"):
        source_on(shelf).pointer()
    assert len(shelf.asked) == 1


def test_the_old_one_is_shown_with_a_word_while_the_network_is_away(published, monkeypatch):
    file = published_file(published.parent)
    with served() as shelf:
        put(shelf, 1, file.read_bytes())
        monkeypatch.setenv("PUBLISHED", f"{shelf.address}/at/simulated/{POINTER}")
        app = AppTest.from_file(VIEWS / "stock_picker.py", default_timeout=60).run()
        assert not app.warning
        assert not app.exception
    fetching.source(f"{shelf.address}/at/simulated/{POINTER}").look()
    app.run()
    assert not app.error
    assert app.dataframe
    [warning] = app.warning
    assert "the server cannot be reached, or breaks off. This is what was fetched" in warning.value
    assert "localhost" not in warning.value
    # So is it by a dashboard that starts now.
    fetching.source.cache_clear()
    assert list(find_publications()) == ["simulated"]


def test_a_word_while_the_newer_one_comes(shelf, tmp_path, monkeypatch):
    put(shelf, 1, file_of(tmp_path, 1))
    source = source_on(shelf)
    pointer = source.pointer()
    told = []
    monkeypatch.setattr(fetching, "PIECE", 10_000)
    replace = fetching.os.replace

    def replacing(old, new):
        told.append((source.news(), numbers(pointer)))
        replace(old, new)

    monkeypatch.setattr(fetching.os, "replace", replacing)
    put(shelf, 2, file_of(tmp_path, 2))
    source.look()
    said, shown = told[0]
    assert said.startswith("A newer publication is being fetched (")
    assert shown == {1}
    assert source.news() is None
    assert numbers(pointer) == {2}


def test_over_tls_with_a_certificate_that_is_trusted(tmp_path, monkeypatch):
    certificate = tmp_path / "certificate.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", certificate),
            *("-out", tmp_path / "public.pem", "-days", "2", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=DNS:localhost"),
            *("-addext", "basicConstraints=critical,CA:FALSE"),
        ],
        check=True,
        capture_output=True,
    )
    with certificate.open("a") as file:
        file.write((tmp_path / "public.pem").read_text())
    with served(certificate) as shelf:
        put(shelf, 1, file_of(tmp_path, 1))
        with pytest.raises(FetchError, match="cannot be reached"):
            source_on(shelf).pointer()
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "public.pem"))
        assert numbers(source_on(shelf).pointer()) == {1}


@pytest.mark.parametrize(
    "address",
    [
        "https://jane:planted@example.com/at/latest",
        "https://example.com/at/latest?token=planted",
        "https://example.com/at/latest#planted",
        "s3://planted@bucket/at/latest",
        "http://example.com/planted/latest",
        "http://127.0.0.1.planted.com/latest",
        "ftp://planted.com/latest",
        "https:///planted/latest",
        "https://example.com/planted",
        "https://example.com/at/planted\n/latest",
        "https://[planted/latest",
    ],
)
def test_an_address_that_is_none_or_holds_a_secret_is_refused_and_not_repeated(
    address, monkeypatch, cache
):
    with pytest.raises(StoreError) as said:
        Source(address)
    assert "planted" not in str(said.value)
    monkeypatch.setenv("PUBLISHED", address)
    with pytest.raises(PublicationError, match=r"^PUBLISHED holds ") as said:
        find_publications()
    assert "planted" not in str(said.value)
    assert not cache.exists()


def test_a_server_of_s3_elsewhere_must_speak_tls(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://planted.example.com")
    with pytest.raises(StoreError, match=r"must begin with https://") as said:
        Source("s3://bucket/at/latest")
    assert "planted" not in str(said.value)
