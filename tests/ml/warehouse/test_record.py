"""The record of published forecasts outlives models, warehouses and damaged files."""

from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from ml.warehouse.publishing import POINTER, publications_folder, publish, published_file
from ml.warehouse.record import (
    RECORD_FILE,
    TABLE,
    RecordError,
    gather,
    is_recorded,
    refuse_loss,
    with_new,
    write_record,
)

PUBLISHED = datetime(2026, 1, 1, tzinfo=UTC)


class Warehouse:
    """A warehouse whose builds have forecasts, and nothing else."""

    def __init__(self, folder) -> None:
        folder.mkdir(exist_ok=True)
        self.file = folder / "warehouse.duckdb"
        self.folder = publications_folder(self.file)
        self.warnings: list[str] = []
        self.con = duckdb.connect(str(self.file))
        self.con.execute("attach ':memory:' as scratch; set timezone = 'UTC'")
        self.con.execute("create table published (published_at timestamptz)")

    def build(self, run: str, model: str, mean: float, columns: str = "") -> None:
        """The record as a build makes it that does not publish."""
        recorded = gather(self.con, self.folder, self.warnings.append)
        forecasts = f"""
            select
                'excess_return_ln_12m' as pred_col, ticker, date '2025-11-17' as date,
                '{model}' as model_id, timestamptz '2025-12-01 00:00:00+00' as trained_at,
                {mean}::double as predicted_mean, 0.2::double as predicted_std,
                row_number() over (order by ticker) as forecast_rank {columns}
            from (values ('AAA'), ('BBB')) as tickers (ticker)
        """
        query = with_new(self.con, recorded, forecasts, run)
        self.con.execute(f"create or replace table scratch.main.{TABLE} as {query}")
        self.con.execute(f"create or replace table {TABLE} as from scratch.main.{TABLE}")

    def publish(self) -> None:
        record = self.con.table(TABLE)
        refuse_loss(self.con, record, self.folder)
        [[published_at]] = self.con.execute(
            f"select greatest(max(published_at), now()) from {TABLE}"
        ).fetchall()
        publish(self.con, {TABLE: record}, {}, self.folder, published_at, kept=2)
        write_record(self.con, record, self.folder)
        self.con.execute("insert into published values (?)", [published_at])

    def rows(self, columns: str = "*") -> list[tuple]:
        return self.con.sql(f"select {columns} from {TABLE} order by all").fetchall()

    def is_whole(self) -> bool:
        return is_recorded(self.con, TABLE, self.folder)

    def close(self) -> None:
        self.con.close()


@pytest.fixture
def warehouse(tmp_path):
    """A warehouse that has published the forecasts of two models."""
    warehouse = Warehouse(tmp_path / "one")
    warehouse.build("1", "old", 0.1)
    warehouse.publish()
    warehouse.build("2", "new", 0.2)
    warehouse.publish()
    yield warehouse
    warehouse.close()


def lost(warehouse) -> Warehouse:
    """The warehouse's file is gone, its publications are there."""
    warehouse.close()
    warehouse.file.unlink()
    return Warehouse(warehouse.file.parent)


def damage(file) -> None:
    file.write_bytes(b"PAR1" + bytes(500))


def test_another_model_adds_rows_and_the_same_forecast_none(warehouse):
    before = warehouse.rows()
    assert [row[1] for row in warehouse.rows("ticker, run_id")] == ["1", "2", "1", "2"]
    warehouse.build("3", "new", 0.2)
    assert warehouse.rows() == before
    warehouse.build("4", "new", 0.3)  # other data, as a restated statement
    assert set(before) < set(warehouse.rows())
    assert len(warehouse.rows()) == 6
    times = warehouse.rows("distinct published_at, run_id")
    assert [run for _, run in times] == ["1", "2", "4"]


def test_what_came_to_nothing_counts_from_the_build_that_published_it(warehouse):
    before = warehouse.rows()
    warehouse.build("failed", "newest", 0.3)
    assert not warehouse.is_whole()
    warehouse.build("published", "newest", 0.3)
    assert {run for (run,) in warehouse.rows("run_id")} == {"1", "2", "published"}
    warehouse.publish()
    assert warehouse.is_whole()
    assert set(before) < set(warehouse.rows())


def test_a_clock_that_was_set_back_makes_no_forecast_older(warehouse):
    ahead = datetime.now(UTC) + timedelta(days=9)
    warehouse.con.execute("insert into published values (?)", [ahead])
    warehouse.build("3", "newest", 0.3)
    [(newest,)] = warehouse.rows("max(published_at)")
    assert newest == ahead + timedelta(microseconds=1)
    warehouse.build("4", "newest", 0.3)
    assert ("3",) not in warehouse.rows("run_id")


@pytest.mark.parametrize("gone", [None, RECORD_FILE, POINTER, "publication"])
def test_a_lost_warehouse_goes_on_with_the_record(warehouse, gone):
    before = warehouse.rows()
    new = lost(warehouse)
    if gone == "publication":
        published_file(new.folder).unlink()
    elif gone:
        (new.folder / gone).unlink()
    new.build("3", "newest", 0.3)
    assert set(before) < set(new.rows())
    assert not new.warnings
    new.publish()
    assert new.is_whole()
    new.close()


def test_the_warehouse_has_the_record_where_the_publications_are_gone(warehouse):
    before = warehouse.rows()
    warehouse.build("failed", "newest", 0.3)
    for file in warehouse.folder.iterdir():
        file.unlink()
    warehouse.build("3", "newest", 0.3)
    assert set(before) < set(warehouse.rows())
    assert {run for (run,) in warehouse.rows("run_id")} == {"1", "2", "3"}


def test_a_damaged_file_is_named_and_written_anew(warehouse):
    before = warehouse.rows()
    damage(warehouse.folder / RECORD_FILE)
    assert not warehouse.is_whole()
    new = lost(warehouse)
    new.build("3", "new", 0.2)
    assert new.rows() == before
    assert new.is_whole()
    [warning] = new.warnings
    assert f"{RECORD_FILE} (" in warning
    assert "cannot be read: the record of published forecasts is that of" in warning
    new.close()


def test_a_shortened_file_is_named_and_written_anew(warehouse):
    before = warehouse.rows()
    file = warehouse.folder / RECORD_FILE
    warehouse.con.execute(
        f"create table short as from '{file}' limit 1; copy short to '{file}' (format parquet)"
    )
    with pytest.raises(RecordError, match=r"lacks 1 of the forecasts in .*, which were published"):
        refuse_loss(
            warehouse.con, warehouse.con.sql(f"from {TABLE} where run_id = '9'"), file.parent
        )
    warehouse.build("3", "new", 0.2)
    assert warehouse.rows() == before
    assert warehouse.is_whole()
    [warning] = warehouse.warnings
    assert (
        f"{RECORD_FILE} lacks 3 of the 4 forecasts that were published and that are in" in warning
    )


def test_a_folder_where_the_record_belongs_is_named(warehouse):
    file = warehouse.folder / RECORD_FILE
    file.unlink()
    file.mkdir()
    with pytest.raises(RecordError, match=rf"{RECORD_FILE} is a folder.*: move it away, then bui"):
        warehouse.build("3", "new", 0.2)
    file.rmdir()
    warehouse.build("4", "new", 0.2)
    assert warehouse.is_whole()


def test_a_record_that_nothing_holds_whole_stops_the_build(warehouse):
    new = lost(warehouse)
    damage(new.folder / RECORD_FILE)
    damage(published_file(new.folder))
    with pytest.raises(RecordError, match=r"cannot be read: .*Put it back from a copy, or move it"):
        new.build("3", "newest", 0.3)
    (new.folder / RECORD_FILE).unlink()
    published_file(new.folder).unlink()
    new.build("3", "newest", 0.3)
    # An older publication has what was published until then.
    assert {run for (run,) in new.rows("run_id")} == {"1", "3"}
    new.close()


def test_a_forecast_that_was_changed_afterwards_is_named(warehouse):
    file = warehouse.folder / RECORD_FILE
    warehouse.con.execute(
        f"create table better as select * replace (if(ticker = 'BBB', 1, predicted_mean) as"
        f" predicted_mean) from '{file}'; copy better to '{file}' (format parquet)"
    )
    with pytest.raises(RecordError, match=r"the forecast of BBB for 2025-11-17 .* is not the same"):
        warehouse.build("3", "newest", 0.3)


def test_a_column_that_is_new_stands_where_it_belongs(warehouse):
    before = warehouse.rows()
    warehouse.build("3", "newest", 0.3, ", 0.5::double as chance")
    assert warehouse.con.table(TABLE).columns[-1] == "chance"
    assert warehouse.rows("chance") == [(0.5,), (0.5,), *[(None,)] * 4]
    warehouse.publish()
    assert warehouse.is_whole()
    assert set(before) < {row[:-1] for row in warehouse.rows()}


def test_publications_of_older_releases_have_no_record(tmp_path):
    new = Warehouse(tmp_path / "two")
    marts = {"latest_forecasts": new.con.sql("select 1 as forecast")}
    publish(new.con, marts, {}, new.folder, PUBLISHED, kept=2)
    new.con.execute("insert into published values (?)", [PUBLISHED])
    new.build("1", "first", 0.1)
    assert {run for (run,) in new.rows("run_id")} == {"1"}
    assert not new.warnings
    new.close()
