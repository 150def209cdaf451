import duckdb
import pytest

from ml.warehouse.memory import free_pages

MIB = 2**20


@pytest.fixture
def con(tmp_path):
    con = duckdb.connect(str(tmp_path / "read.duckdb"), config={"memory_limit": "500MiB"})
    con.execute("set temp_directory = ''")
    yield con
    con.close()


def limit(con) -> float:
    text = con.execute("select current_setting('memory_limit')").fetchall()[0][0]
    return float(text.removesuffix(" MiB"))


def held(con) -> float:
    [used] = con.execute("select sum(memory_usage_bytes) from duckdb_memory()").fetchall()[0]
    return used / MIB


def test_pages_of_what_was_read_are_freed_and_the_limit_stays(con):
    con.execute(
        "create table numbers as select hash(range) as x from range(38_000_000); checkpoint"
    )
    con.execute("select max(x) from numbers")
    before = held(con)
    free_pages(con)
    assert held(con) < 250 < before
    assert limit(con) == pytest.approx(500, abs=0.2)


def test_what_is_in_use_stays_and_so_does_the_limit(con):
    con.execute("create temp table in_use as select hash(range) as x from range(38_000_000)")
    before = held(con)
    free_pages(con.cursor())
    assert before > 250
    assert con.execute("select count(x) from in_use").fetchall() == [(38_000_000,)]
    assert limit(con) == pytest.approx(500, abs=0.2)
