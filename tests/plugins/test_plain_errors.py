import errno

import duckdb
import pytest

from ml.integrity import DamagedModelError
from plugins.plain_errors import in_one_sentence

WAREHOUSE = "/data/mine.duckdb"


def damaged_block(file) -> duckdb.Error:
    """What DuckDB raises where a block of a table was overwritten."""
    with duckdb.connect(str(file)) as con:
        con.execute("create table numbers as select hash(range) as n from range(300_000)")
    with file.open("r+b") as opened:
        opened.seek(12_288 + 2 * 262_144)
        opened.write(bytes(4096))
    with duckdb.connect(str(file)) as con, pytest.raises(duckdb.Error) as raised:
        con.sql("select sum(n) from numbers").fetchall()
    return raised.value


def test_a_damaged_block_says_what_to_do_with_the_warehouse(tmp_path):
    said = in_one_sentence(damaged_block(tmp_path / "mine.duckdb"), WAREHOUSE)
    assert said.startswith(f"the warehouse {WAREHOUSE} is damaged")
    assert "move it away" in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("error", "begins"),
    [
        (DamagedModelError("the stored model is damaged: train"), "the stored model is damaged"),
        (OSError(errno.ENOSPC, "No space left on device", "/a/b"), "[Errno 28] No space left on d"),
        (MemoryError(), "MemoryError: what was published is unharmed"),
        (duckdb.OutOfMemoryException("could not allocate\nPossible solutions"), "could not alloc"),
        (duckdb.IOException("Could not write all bytes\nto it"), "Could not write all bytes: what"),
    ],
)
def test_what_is_no_fault_of_the_code_is_one_sentence(error, begins):
    said = in_one_sentence(error, WAREHOUSE)
    assert said.startswith(begins)
    assert len(said.splitlines()) == 1


def test_a_fault_of_the_code_keeps_its_traceback():
    assert in_one_sentence(KeyError("feature"), WAREHOUSE) is None
    assert in_one_sentence(duckdb.BinderException("no such column"), WAREHOUSE) is None
