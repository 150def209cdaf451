import os
import subprocess
import sys

import duckdb
import pytest
from dbt.adapters.duckdb.credentials import Attachment, DuckDBCredentials
from dbt_common.exceptions import DbtRuntimeError

from plugins.warehouse import Plugin


@pytest.fixture(autouse=True)
def umask():
    """What this process may write is as before in the end."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def plugin_of(warehouse) -> Plugin:
    attached = [
        Attachment("elsewhere.duckdb", alias="other"),
        Attachment(str(warehouse), alias="warehouse"),
    ]
    return Plugin(
        "warehouse", {}, DuckDBCredentials(database="warehouse", schema="main", attach=attached)
    )


def test_what_does_not_fit_in_memory_lies_beside_the_warehouse(tmp_path):
    plugin = plugin_of(tmp_path / "mine.duckdb")
    config = {}
    plugin.update_connection_config(plugin.creds, config)
    assert config == {"temp_directory": str(tmp_path / "mine.duckdb.tmp")}


@pytest.mark.parametrize(("named", "mode"), [(None, 0o600), ("022", 0o644), ("0027", 0o640)])
def test_files_are_their_owners_alone_unless_told_otherwise(tmp_path, monkeypatch, named, mode):
    monkeypatch.delenv("WAREHOUSE_UMASK", raising=False)
    if named:
        monkeypatch.setenv("WAREHOUSE_UMASK", named)
    plugin = plugin_of(tmp_path / "mine.duckdb")
    plugin.update_connection_config(plugin.creds, {})
    with duckdb.connect() as con:
        plugin.configure_connection(con)
        con.execute("create table warehouse.main.t as select 1")
    assert (tmp_path / "mine.duckdb").stat().st_mode & 0o777 == mode


@pytest.mark.parametrize("named", ["", "rw-------", "9", "0o77"])
def test_a_umask_that_is_none_is_refused(tmp_path, monkeypatch, named):
    monkeypatch.setenv("WAREHOUSE_UMASK", named)
    plugin = plugin_of(tmp_path / "mine.duckdb")
    with pytest.raises(DbtRuntimeError, match=r"WAREHOUSE_UMASK is .*three digits"):
        plugin.update_connection_config(plugin.creds, {})


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
    said = opening(tmp_path / "nowhere" / "new.duckdb")
    assert "make its folder" in said
    assert "damaged" not in said


def test_a_folder_in_place_of_the_warehouse_is_named(tmp_path):
    assert f"the warehouse {tmp_path} is a folder: move it away" in opening(tmp_path)
