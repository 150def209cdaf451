import errno

import duckdb
import pytest

from ml.warehouse.integrity import DamagedModelError
from plugins.plain_errors import in_one_sentence, of_input

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
        (duckdb.IOException("Could not write all bytes\nto it"), "Could not write all bytes: make"),
    ],
)
def test_what_is_no_fault_of_the_code_is_one_sentence(error, begins):
    said = in_one_sentence(error, WAREHOUSE)
    assert said.startswith(begins)
    assert len(said.splitlines()) == 1


# What DuckDB raises where a disk is full while it publishes, word for word.
FULL = 'Could not write file "/data/next.unfinished": No space left on device'


@pytest.mark.parametrize(
    "error",
    [
        duckdb.IOException(f"IO Error: {FULL}"),
        duckdb.TransactionException(f"TransactionContext Error: Failed to commit: {FULL}"),
        duckdb.IOException(
            "IO Error: Detached database 'publication', but CHECKPOINT during DETACH failed. \n"
            'Checkpoint failed for database "publication". The database has been invalidated. '
            f"Original error: {FULL}"
        ),
    ],
)
def test_a_full_disk_is_named_wherever_it_stopped_the_publication(error):
    assert in_one_sentence(error, WAREHOUSE) == (
        f"{FULL}: make room there, and the next dbt build makes what this one could not; "
        "what was published is unharmed"
    )


def test_a_fault_of_the_code_keeps_its_traceback():
    assert in_one_sentence(KeyError("feature"), WAREHOUSE) is None
    assert in_one_sentence(duckdb.BinderException("no such column"), WAREHOUSE) is None


READ = 'create table t as select * from "market"."main"."daily_adjusted"'


def damaged_parquet(file) -> duckdb.Error:
    """What DuckDB raises where the values of a file were overwritten, and its end was not."""
    duckdb.execute(f"copy (select hash(range) as n from range(100_000)) to '{file}'")
    with file.open("r+b") as opened:
        opened.seek(4)
        opened.write(b"\xff" * 2000)
    with pytest.raises(duckdb.Error) as raised:
        duckdb.sql(f"select sum(n) from '{file}'").fetchall()
    return raised.value


def test_an_input_file_that_is_damaged_inside_is_named_by_its_table(tmp_path):
    said = of_input(damaged_parquet(tmp_path / "daily_adjusted.parquet"), READ)
    assert said.startswith("table daily_adjusted of the market cannot be read to its end (")
    assert said.endswith("): write it anew")
    assert len(said.splitlines()) == 1


def test_an_error_that_no_input_has_made_is_left_as_it_is():
    assert of_input(duckdb.IOException("no such file"), "select 1") is None
    assert of_input(duckdb.BinderException("no such column"), READ) is None
