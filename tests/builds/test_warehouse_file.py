import shutil
from pathlib import Path

import duckdb

from ml.warehouse.publishing import HISTORY_FILE, publications_folder, published_file
from ml.warehouse.record import RECORD_FILE
from tests.builds.conftest import ROOT, SECRETS, told


def test_views_are_there_whatever_the_database_is_called(tiny, tmp_path):
    shutil.copy(tiny.warehouse, tmp_path / "copy.duckdb")
    with duckdb.connect() as con:
        con.execute(f"attach '{tmp_path / 'copy.duckdb'}' as mine (read_only)")
        views = con.sql("select view_name from duckdb_views() where database_name = 'mine'")
        names = [name for [name] in views.fetchall()]
        assert {"stg_daily_adjusted", "run_history"} <= set(names)
        for name in names:
            con.execute(f"from mine.{name} limit 1")


def test_what_is_published_is_its_owners_alone(tiny):
    folder = publications_folder(tiny.warehouse)
    for path in (tiny.warehouse, published_file(folder), *folder.glob("*.parquet")):
        assert path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_no_secret_and_no_folder_is_told(tiny):
    folder = publications_folder(tiny.warehouse)
    records = folder / HISTORY_FILE, folder / RECORD_FILE
    secrets = [*SECRETS.values(), "jane_doe", f"{tiny.folder}", f"{ROOT}/", f"{Path.home()}/"]
    with duckdb.connect(str(published_file(folder)), read_only=True) as con:
        assert told(con, secrets, *records) == []
    # The warehouse itself knows where it published, and that alone.
    with duckdb.connect(str(tiny.warehouse), read_only=True) as con:
        places = {place for place, _ in told(con, secrets)}
        assert places == {"published.file", "published_panel.file"}
        assert told(con, [*SECRETS.values()]) == []
    left = [path for path in tiny.folder.rglob("*") if path.is_file()]
    assert len(left) > 10
    for path in left:
        assert not any(secret.encode() in path.read_bytes() for secret in SECRETS.values()), path
