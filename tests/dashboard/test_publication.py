import threading
import time
from datetime import UTC, datetime
from types import SimpleNamespace

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import password
from dashboard.pointers import PublicationError, find_publications
from dashboard.publication import open_publication
from ml.warehouse.publishing import publish
from tests.builds.conftest import ROOT
from tests.dashboard.conftest import VIEWS

APP = ROOT / "dashboard" / "app.py"


def publish_number(folder, number: int, kept: int = 2) -> None:
    """Two tables that hold the number, published together."""
    with duckdb.connect() as con:
        tables = {name: con.sql(f"select {number} as number") for name in ("one", "other")}
        publish(con, tables, {}, folder, datetime.now(UTC), kept)


def test_ten_publications_under_ten_readers(tmp_path):
    publish_number(tmp_path, 0)
    published = threading.Event()
    seen: list[set[int]] = [set() for _ in range(10)]
    wrong: list[object] = []

    def read(reader: int) -> None:
        queries = 0
        while True:
            last = published.is_set()
            try:
                publication = open_publication(tmp_path / "latest")
                # Each query a new one, so that none is answered from the cache.
                tag = f"-- {reader} {queries}"
                queries += 2
                one = publication.query(f"select number from one {tag} one").item()
                other = publication.query(f"select number from other {tag} other").item()
            except Exception as error:
                wrong.append(error)
                return
            if one != other:
                wrong.append((one, other))
            seen[reader].add(one)
            if last:
                return

    readers = [threading.Thread(target=read, args=(reader,)) for reader in range(10)]
    for reader in readers:
        reader.start()
    for number in range(1, 11):
        publish_number(tmp_path, number)
    published.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert all(10 in numbers for numbers in seen)
    assert len(list(tmp_path.glob("*.duckdb"))) == 2


def test_a_deleted_file_stays_readable(tmp_path):
    publish_number(tmp_path, 1)
    publication = open_publication(tmp_path / "latest")
    publication.file.unlink()
    assert publication.query("select number from one").item() == 1


def test_nothing_published(monkeypatch, tmp_path):
    monkeypatch.delenv("PUBLISHED", raising=False)
    monkeypatch.setattr("dashboard.pointers.PUBLISHED", tmp_path)
    with pytest.raises(PublicationError, match="Run `make build` first"):
        find_publications()


def test_every_market_the_newest_first(monkeypatch, tmp_path):
    monkeypatch.delenv("PUBLISHED", raising=False)
    monkeypatch.setattr("dashboard.pointers.PUBLISHED", tmp_path)
    publish_number(tmp_path / "old", 1)
    publish_number(tmp_path / "new", 2)
    assert list(find_publications()) == ["new", "old"]


@pytest.mark.parametrize("content", [b"20261124T000000000000.duckdb\n", b"", b"\xff\xfe"])
def test_a_pointer_to_nothing(tmp_path, content):
    (tmp_path / "latest").write_bytes(content)
    with pytest.raises(PublicationError, match="Run `make build`") as said:
        open_publication(tmp_path / "latest")
    assert str(tmp_path) not in str(said.value)


def test_a_pointer_leads_to_no_other_folder(tmp_path):
    publish_number(tmp_path / "other", 1)
    publish_number(tmp_path / "this", 2)
    [other] = (tmp_path / "other").glob("*.duckdb")
    for name in (str(other), f"../other/{other.name}"):
        (tmp_path / "this" / "latest").write_text(name)
        with pytest.raises(PublicationError, match="The pointer of this names no published file"):
            open_publication(tmp_path / "this" / "latest")


@pytest.mark.parametrize("kept", [0, 100, 20_000])
def test_a_damaged_file(tmp_path, kept):
    publish_number(tmp_path, 1)
    [file] = tmp_path.glob("*.duckdb")
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(PublicationError, match=r"damaged.*Run `make build`") as said:
        open_publication(tmp_path / "latest").query("select number from one")
    assert str(tmp_path) not in str(said.value)


def test_an_older_file_on_a_page(monkeypatch, tmp_path):
    publish_number(tmp_path, 1)
    monkeypatch.setenv("PUBLISHED", str(tmp_path / "latest"))
    app = AppTest.from_file(VIEWS / "compare.py").run()
    assert "of another version than this dashboard" in app.error[0].value
    assert str(tmp_path) not in app.error[0].value
    assert not app.exception


def test_a_new_publication_appears_without_a_restart(monkeypatch, tmp_path):
    publish_number(tmp_path, 1)
    first = open_publication(tmp_path / "latest")
    publish_number(tmp_path, 2)
    assert first.query("select number from one").item() == 1
    second = open_publication(tmp_path / "latest")
    assert second.query("select number from one").item() == 2


def test_the_password_opens_the_pages(monkeypatch, published):
    monkeypatch.setenv("PUBLISHED", str(published))
    monkeypatch.setenv("DASHBOARD_PASSWORD", "pässword")
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert not app.title
    for wrong in ("", "password"):
        app.text_input[0].set_value(wrong)
        app.button[0].click().run()
        assert app.error[0].value == "That is not the password."
        assert not app.title
    app.text_input[0].set_value("pässword")
    app.button[0].click().run()
    assert not app.error
    assert "password_accepted" in app.session_state


def test_wrong_passwords_are_counted_and_delay_the_next(monkeypatch, published, caplog):
    monkeypatch.setenv("PUBLISHED", str(published))
    monkeypatch.setenv("DASHBOARD_PASSWORD", "secret")
    monkeypatch.setattr(password, "FAILURES", password.Failures())
    waited: list[float] = []
    clock = SimpleNamespace(sleep=waited.append, monotonic=time.monotonic)
    monkeypatch.setattr(password, "time", clock)
    for _ in range(3):  # a session each
        app = AppTest.from_file(APP, default_timeout=60).run()
        app.text_input[0].set_value("guess")
        app.button[0].click().run()
    assert waited == [0, 0.5, 1]
    assert "Wrong password: 3 in the last 10 minutes." in caplog.text
    assert "guess" not in caplog.text
    for _ in range(100):
        password.FAILURES.add()
    assert password.FAILURES.delay() == 10


def test_without_a_password_nothing_is_asked(monkeypatch, published):
    monkeypatch.setenv("PUBLISHED", str(published))
    monkeypatch.delenv("DASHBOARD_PASSWORD", raising=False)
    app = AppTest.from_file(APP, default_timeout=60).run()
    assert not app.text_input


def test_a_study_of_an_earlier_day_leaves_the_panel_that_everybody_sees(published):
    """What was published last is a study as of 30 Sep 2025, after a whole build."""
    whole, study = (open_publication(file) for file in sorted(published.parent.glob("*.duckdb")))
    asked = """
    select
        (select max(date) from weekly_prices) as prices,
        (select count(*) from weekly_prices) as weeks,
        (select max(date) from features) as features,
        (select count(excess_return_ln_12m) from excess_returns) as labels,
        (select count(*) from rejected_rows) as rejected
    """
    assert study.query(asked).equals(whole.query(asked))
    studies = "select count(*) from model_stats where cutoff_date = '2025-09-30'"
    assert (whole.query(studies).item(), study.query(studies).item()) == (0, 3)
