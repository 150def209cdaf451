from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from ml.warehouse.clock import newest, now_after


@pytest.mark.parametrize("days", [-3, 3])
def test_what_is_made_next_is_the_newest_whatever_the_clock_says(days):
    last = datetime.now(UTC) + timedelta(days=days)
    with duckdb.connect() as con:
        con.execute("create table made (made_at timestamptz)")
        assert newest(con.table("made"), "made_at") is None
        con.execute("insert into made values (?), (?)", [last, last - timedelta(days=9)])
        assert newest(con.table("made"), "made_at") == last
    following = now_after(last)
    assert following > last
    if days > 0:
        assert following == last + timedelta(microseconds=1)
    assert now_after(None) < datetime.now(UTC) + timedelta(seconds=1)
