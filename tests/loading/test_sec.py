"""What is asked of the SEC, and how."""

import io
import json
import multiprocessing
import zipfile
from pathlib import Path

import pytest

from loading import sec as sec_module
from loading import throttle
from loading.errors import LoadError
from loading.ledger import Ledger
from loading.sec import Sec
from loading.universe import Company
from tests.loading.server import Server

CIKS = ["0000000001", "0000000002"]


class Files:
    """Files at their paths."""

    stocks = ()

    def __init__(self) -> None:
        tickers = {"0": {"cik_str": 2, "ticker": "BBB", "title": "B Inc"}}
        self.files = {"/files/company_tickers.json": json.dumps(tickers).encode()}
        for path in ("/api/xbrl/companyfacts", "/submissions"):
            for cik in CIKS:
                self.files[f"{path}/CIK{cik}.json"] = json.dumps({"cik": int(cik)}).encode()
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for cik in (*CIKS, "0000000009"):
                archive.writestr(f"CIK{cik}.json", json.dumps({"cik": int(cik)}))
        for _, path in sec_module.KINDS.values():
            self.files[path] = packed.getvalue()


@pytest.fixture
def sec(tmp_path, monkeypatch):
    monkeypatch.setattr(throttle.tempfile, "gettempdir", lambda: str(tmp_path))
    with Server(Files()) as server:
        monkeypatch.setenv("SEC_URL", server.url)
        ledger = Ledger(tmp_path / "us")
        yield Sec("Jane Doe jane@example.com", ledger, max_age_days=7), server
        ledger.close()


def names(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def test_without_an_address_one_sentence(tmp_path):
    ledger = Ledger(tmp_path / "us")
    with pytest.raises(LoadError, match="the SEC wants to know who asks: give --contact 'Jane Doe"):
        Sec("Jane Doe", ledger, 7)
    ledger.close()


def test_facts_and_filings_lie_where_the_models_read_them(sec):
    asked, server = sec
    companies = [
        Company("US1", "AAA", is_active=True, listing=None, cik="0000000001"),
        Company("US2", "BBB", is_active=True, listing=None),
        # Whose symbol was used again is not the company in the SEC's map.
        Company("US3", "BBB", is_active=False, listing=None),
    ]
    assert asked.ciks(companies) == CIKS
    asked.fetch(CIKS, lambda _: None)
    assert asked.failed == []
    assert names(asked.folder) == [
        "company_tickers.json",
        *(f"companyfacts/CIK{cik}.json" for cik in CIKS),
        *(f"submissions/CIK{cik}.json" for cik in CIKS),
    ]
    assert set(server.agents) == {"stock-forecasts Jane Doe jane@example.com"}
    assert len(server.log) == 5
    # Not again within a week.
    asked.fetch(asked.ciks(companies), lambda _: None)
    assert len(server.log) == 5


def test_many_companies_come_in_one_archive(sec, monkeypatch):
    asked, server = sec
    monkeypatch.setattr(sec_module, "MOST_SINGLE", 1)
    asked.fetch(CIKS, lambda _: None)
    assert server.log == [path for _, path in sec_module.KINDS.values()]
    # Only those that are wanted.
    assert names(asked.folder) == [
        f"{kind}/CIK{cik}.json" for kind in ("companyfacts", "submissions") for cik in CIKS
    ]


def turns(number: int) -> None:
    for _ in range(number):
        throttle.take_turn("sec", 50)


def test_two_processes_take_turns(tmp_path, monkeypatch):
    monkeypatch.setattr(throttle.tempfile, "gettempdir", lambda: str(tmp_path))
    context = multiprocessing.get_context("fork")
    processes = [context.Process(target=turns, args=[10], daemon=True) for _ in range(2)]
    started = throttle.clock.monotonic()
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    # 20 turns of a fiftieth of a second; the first comes at once.
    assert throttle.clock.monotonic() - started >= 19 / 50
