import pytest

from ml.warehouse import progress
from ml.warehouse.progress import Progress


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still until a test sets it."""
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def lines(clock, is_watched: bool) -> list[str]:
    said: list[str] = []
    counted = Progress("rows written", 4000, said.append, is_watched)
    for clock[0] in (4.0, 11.0, 15.0, 22.0):
        counted.add(1000)
    counted.finish()
    return said


def test_a_long_step_says_where_it_is_about_every_ten_seconds(clock):
    assert lines(clock, is_watched=True) == [
        "2,000 of 4,000 rows written (50%), 11 s left",
        "4,000 of 4,000 rows written (100%), 0 s left",
        "4,000 rows written in 22.0 s",
    ]


def test_a_step_that_nobody_watches_says_only_what_it_did(clock):
    assert lines(clock, is_watched=False) == ["4,000 rows written in 22.0 s"]
