import os
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
import yaml

from ml.warehouse.publishing import (
    POINTER,
    ROWS_OF_A_GROUP,
    STORAGE_VERSION,
    UNFINISHED,
    PublishingError,
    begin,
    is_whole,
    panel_of,
    publish,
    published_file,
)


@pytest.fixture
def con(tmp_path):
    con = duckdb.connect(str(tmp_path / "warehouse.duckdb"))
    con.execute("create table marts as select range as id from range(10)")
    con.execute("comment on table marts is 'What it''s for.'; comment on column marts.id is 'Key.'")
    yield con
    con.close()


def publish_at(con, folder, second, begun=None, kept=2, **tables):
    return publish(
        con,
        tables or {"marts": con.sql("select * from marts")},
        {"marts": ["id desc"]},
        folder,
        datetime(2026, 1, 1, 0, 0, second, tzinfo=UTC),
        kept=kept,
        begun=begun,
    )


def test_the_pointer_names_the_newest_file(con, tmp_path):
    folder = tmp_path / "published"
    for second in range(3):
        publication = publish_at(con, folder, second)
    assert publication.rows == {"marts": 10}
    assert published_file(folder) == publication.file
    assert len(list(folder.glob("*.duckdb"))) == 2
    with duckdb.connect(str(publication.file), read_only=True) as reader:
        assert reader.sql("select count(*) from marts").fetchone() == (10,)
        assert reader.sql("from marts limit 2").fetchall() == [(9,), (8,)]
        assert reader.sql("select comment from duckdb_tables()").fetchall() == [("What it's for.",)]
        assert reader.sql("select comment from duckdb_columns()").fetchall()[0] == ("Key.",)


def test_a_failure_leaves_the_pointer_where_it_was(con, tmp_path):
    folder = tmp_path / "published"
    good = publish_at(con, folder, 0)
    broken = con.sql("select * from marts")
    con.execute("drop table marts")
    with pytest.raises(duckdb.Error):
        publish_at(con, folder, 1, marts=broken)
    assert published_file(folder) == good.file
    assert not (folder / POINTER).with_suffix(".new").exists()


class KilledError(Exception):
    """Raised where a build would be killed."""


@pytest.mark.parametrize("step", [1, 2])
@pytest.mark.parametrize("is_before", [True, False])
def test_wherever_publishing_ends_the_pointer_names_a_whole_file(
    con, tmp_path, monkeypatch, step, is_before
):
    folder = tmp_path / "published"
    publish_at(con, folder, 0)
    replace, moves = os.replace, []

    def killing(source, target):
        moves.append(target)
        if len(moves) == step and is_before:
            raise KilledError
        replace(source, target)
        if len(moves) == step:
            raise KilledError

    monkeypatch.setattr("ml.warehouse.publishing.os.replace", killing)
    with pytest.raises(KilledError):
        publish_at(con, folder, 1, kept=1)
    with duckdb.connect(str(published_file(folder)), read_only=True) as reader:
        assert reader.sql("select count(*) from marts").fetchone() == (10,)
    monkeypatch.undo()
    publication = publish_at(con, folder, 2, kept=1)
    assert published_file(folder) == publication.file
    assert {file.name for file in folder.iterdir()} == {publication.file.name, POINTER}


def test_what_was_begun_is_not_copied_again(con, tmp_path):
    folder = tmp_path / "published"
    con.execute("create table panel as select range as day from range(5)")
    begun = begin(con, {"panel": con.table("panel")}, folder)
    con.execute("insert into panel values (5)")
    tables = {"marts": con.table("marts"), "panel": con.table("panel")}
    publication = publish_at(con, folder, 0, begun, **tables)
    assert publication.rows == {"marts": 10, "panel": 5}
    assert {file.name for file in folder.iterdir()} == {publication.file.name, POINTER}


def test_what_an_earlier_build_left_unfinished_is_dropped(con, tmp_path):
    folder = tmp_path / "published"
    begin(con, {"old": con.table("marts")}, folder)
    publication = publish_at(con, folder, 0)
    with duckdb.connect(str(publication.file), read_only=True) as reader:
        assert reader.sql("select table_name from duckdb_tables()").fetchall() == [("marts",)]


def test_groups_of_rows_stay_as_they_were_copied(con, tmp_path):
    con.execute(f"create table panel as select range as day from range({3 * ROWS_OF_A_GROUP})")
    begun = begin(con, {"panel": con.table("panel")}, tmp_path / "published")
    # Sorted, in larger groups.
    tables = {"marts": con.table("marts"), "panel": con.table("panel")}
    publication = publish_at(con, tmp_path / "published", 0, begun, **tables)
    with duckdb.connect(str(publication.file), read_only=True) as reader:
        groups = "select count(distinct row_group_id) from pragma_storage_info('panel')"
        assert reader.sql(groups).fetchall() == [(3,)]


def damaged(at: int, data: bytes):
    def damage(file):
        with file.open("r+b") as opened:
            opened.seek(at)
            opened.write(data)

    return damage


def pointing_to(text: bytes):
    return lambda file: (file.parent / POINTER).write_bytes(text)


def a_folder_at_the_pointer(file):
    (file.parent / POINTER).unlink()
    (file.parent / POINTER).mkdir()


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.write_bytes(file.read_bytes()[:-4096]),
        lambda file: file.write_bytes(b""),
        lambda file: file.unlink(),
        damaged(12_288, bytes(4096)),
        lambda file: (file.parent / POINTER).unlink(),
        pointing_to(b""),
        pointing_to(b"\xff\xfe\x00abc"),
        pointing_to(b"20200101T000000000000.duckdb\n"),
        a_folder_at_the_pointer,
    ],
)
def test_what_is_no_longer_whole_is_found(con, tmp_path, damage):
    publication = publish_at(con, tmp_path / "published", 0)
    assert is_whole(publication.file, publication.sha256)
    damage(publication.file)
    assert not is_whole(publication.file, publication.sha256)


@pytest.mark.parametrize("kept", [1, 2, 5])
def test_what_the_pointer_names_stays_where_the_clock_went_back(con, tmp_path, kept):
    folder = tmp_path / "published"
    for second in range(50, 56):
        publish_at(con, folder, second, kept=kept)
    publication = publish_at(con, folder, 0, kept=kept)
    assert published_file(folder) == publication.file
    assert publication.file.is_file()
    assert len(list(folder.glob("*.duckdb"))) == kept


@pytest.mark.parametrize("name", [POINTER, f"{POINTER}.new", UNFINISHED])
def test_a_folder_in_the_way_is_named_and_nothing_changes(con, tmp_path, name):
    folder = tmp_path / "published"
    publish_at(con, folder, 0)
    (folder / name).unlink(missing_ok=True)
    (folder / name).mkdir()
    before = sorted(folder.iterdir())
    with pytest.raises(PublishingError, match=f"{name} is a folder.*: move it away"):
        publish_at(con, folder, 1)
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize(
    ("is_study", "last_days", "shown"),
    [
        (True, ("2025-12-31", "2024-06-30"), "2025-12-31"),
        (True, ("2024-06-30", "2025-06-30"), "2025-06-30"),  # a study came first
        (True, (None, "2024-06-30"), "2024-06-30"),  # nothing was published
        (False, ("2025-12-31", "2024-06-30"), "2024-06-30"),
    ],
)
def test_a_study_publishes_the_panel_that_was_published_where_it_reaches_as_far(
    con, tmp_path, is_study, last_days, shown
):
    folder = tmp_path / "published"
    published, built = last_days
    if published:
        weeks = con.sql(f"select date '{published}' as date")
        publish_at(con, folder, 0, weekly_prices=weeks)
    tables = {"weekly_prices": con.sql(f"select date '{built}' as date")}
    with panel_of(con, tables, folder, is_study) as panel:
        file = publish_at(con, folder, 1, **panel).file
    with duckdb.connect(str(file), read_only=True) as reader:
        assert reader.sql("select max(date)::varchar from weekly_prices").fetchall() == [(shown,)]


@pytest.mark.parametrize("damage", ["cut", "gone", "other tables"])
def test_a_study_publishes_its_own_panel_where_the_earlier_file_is_of_no_use(con, tmp_path, damage):
    folder = tmp_path / "published"
    days = {"weekly_prices": con.sql("select date '2024-06-30' as date")}
    file = publish_at(con, folder, 0, **({} if damage == "other tables" else days)).file
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:5000])
    if damage == "gone":
        file.unlink()
    with panel_of(con, days, folder, is_study=True) as panel:
        assert panel == days


def test_what_is_published_is_stored_as_the_warehouse_is():
    profile = yaml.safe_load((Path(__file__).parents[3] / "profiles.yml").read_text())
    warehouse = profile["stock_forecasts"]["outputs"]["local"]["attach"][0]
    assert warehouse["options"] == {
        "row_group_size": ROWS_OF_A_GROUP,
        "storage_version": STORAGE_VERSION,
    }
