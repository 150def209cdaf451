import subprocess
import sys

import duckdb
import pytest
from dbt.adapters.duckdb.credentials import Attachment, DuckDBCredentials
from dbt_common.exceptions import DbtRuntimeError

from plugins.warehouse import Plugin


def plugin_of(warehouse) -> Plugin:
    attached = [
        Attachment("elsewhere.duckdb", alias="other"),
        Attachment(str(warehouse), alias="w"),
    ]
    return Plugin("warehouse", {}, DuckDBCredentials(database="w", schema="main", attach=attached))


def test_what_does_not_fit_in_memory_lies_beside_the_warehouse(tmp_path):
    plugin = plugin_of(tmp_path / "mine.duckdb")
    config = {}
    plugin.update_connection_config(plugin.creds, config)
    assert config == {"temp_directory": str(tmp_path / "mine.duckdb.tmp")}


def opening(file) -> str:
    """What is said where a warehouse cannot be opened, in one line."""
    with duckdb.connect() as con, pytest.raises(DbtRuntimeError) as raised:
        plugin_of(file).configure_connection(con)
    [sentence] = str(raised.value.msg).splitlines()
    return sentence


@pytest.fixture
def whole(tmp_path):
    file = tmp_path / "whole.duckdb"
    with duckdb.connect(str(file)) as con:
        con.execute("create table numbers as select range as n from range(100_000)")
    return file


@pytest.mark.parametrize(
    "content",
    [
        lambda whole: b"",
        lambda whole: b"Not a database.",
        lambda whole: b"SQLite format 3\0" + bytes(5000),
        lambda whole: whole[:100],
        lambda whole: whole[: len(whole) // 2],
        lambda whole: bytes(8192) + whole[8192:],
    ],
)
def test_a_damaged_or_foreign_warehouse_may_be_moved_away(whole, content):
    whole.write_bytes(content(whole.read_bytes()))
    said = opening(whole)
    assert f"the warehouse {whole} is damaged, or no DuckDB file (" in said
    assert "move it away, and dbt build makes a new one; what was published is unharmed" in said


def test_a_warehouse_that_another_program_holds_is_not_called_damaged(whole):
    hold = f"import duckdb; con = duckdb.connect({str(whole)!r}); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        holder.stdout.readline()
        said = opening(whole)
        holder.communicate(b"\n")
    assert "close the program that holds it" in said
    assert "damaged" not in said


def test_a_warehouse_without_a_folder_is_not_called_damaged(tmp_path):
    assert "make its folder" in opening(tmp_path / "nowhere" / "new.duckdb")
    assert "damaged" not in opening(tmp_path)
