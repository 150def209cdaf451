import gzip
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import stamina

from loading import __main__ as loading
from loading import clock
from loading.ledger import Ledger
from tests.loading.server import TOKEN, Market, Server, Stock

# A Friday; its prices are settled at midnight in UTC.
FRIDAY = date(2026, 3, 6)
SATURDAY_MORNING = datetime(2026, 3, 7, 6, 30, tzinfo=UTC)


class Clock:
    """A clock that waiting moves on, and nothing else."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment
        self.waited: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def now(monkeypatch) -> Clock:
    """The time of the load, which a test may set."""
    fixed = Clock(SATURDAY_MORNING)
    monkeypatch.setattr(clock, "now", lambda: fixed.moment.replace(microsecond=0))
    monkeypatch.setattr(clock, "sleep", fixed.sleep)
    return fixed


@pytest.fixture(autouse=True)
def attempts():
    """Asks four times, but at once."""
    with stamina.set_testing(True, attempts=4):
        yield


def stocks() -> list[Stock]:
    """Three that are listed, one that was, and two companies of one symbol."""
    return [
        Stock("US000000000001", "AAA"),
        Stock("US000000000002", "BBB"),
        Stock("US000000000003", "CCC", exchange="NASDAQ"),
        Stock("US000000000004", "GONE", is_active=False, last=date(2026, 2, 27)),
        Stock("US000000000005", "FB", is_active=False, last=date(2026, 2, 25), listed=False),
        Stock("US000000000006", "FB"),
    ]


@pytest.fixture
def market() -> Market:
    return Market(stocks(), FRIDAY)


@pytest.fixture
def server(market, monkeypatch):
    monkeypatch.setenv("TIINGO_API_KEY", TOKEN)
    with Server(market) as running:
        monkeypatch.setenv("TIINGO_URL", running.url)
        yield running
    assert running.faults == []


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "us"


@pytest.fixture
def load(server, folder, monkeypatch, capsys) -> Callable[..., tuple[int, str, list[str]]]:
    """Fetches without making tables: exit code, what is said, and what was asked for."""
    monkeypatch.setattr(loading, "make_market", lambda folder, *_: folder / "market")

    def run(*arguments: str) -> tuple[int, str, list[str]]:
        asked = len(server.log)
        code = loading.main([str(folder), "--years", "1", *arguments])
        said = capsys.readouterr()
        return code, said.out + said.err, server.log[asked:]

    return run


def bodies(folder: Path) -> dict[tuple[str, str], list[bytes]]:
    """All answers that are kept, by kind and key, in order."""
    ledger = Ledger(folder)
    kept: dict[tuple[str, str], list[bytes]] = {}
    for file in sorted((ledger.raw / "tiingo").glob("*/*")):
        kept.setdefault((file.parent.name, file.name.split(".")[0]), []).append(
            gzip.decompress(file.read_bytes())
        )
    ledger.close()
    return kept
