import shutil
from pathlib import Path

import duckdb

from ml.publishing import HISTORY_FILE, publications_folder, published_file
from tests.builds.conftest import ROOT


def test_views_are_there_whatever_the_database_is_called(tiny, tmp_path):
    shutil.copy(tiny.warehouse, tmp_path / "copy.duckdb")
    with duckdb.connect() as con:
        con.execute(f"attach '{tmp_path / 'copy.duckdb'}' as mine (read_only)")
        views = con.sql("select view_name from duckdb_views() where database_name = 'mine'")
        names = [name for [name] in views.fetchall()]
        assert {"stg_daily_adjusted", "run_history"} <= set(names)
        for name in names:
            con.execute(f"from mine.{name} limit 1")


def test_what_is_published_is_its_owners_alone_and_names_no_folder(tiny):
    folder = publications_folder(tiny.warehouse)
    file = published_file(folder)
    for path in (tiny.warehouse, file, folder / HISTORY_FILE):
        assert path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    with duckdb.connect(str(file), read_only=True) as con:
        columns = con.execute(
            "select table_name, column_name from duckdb_columns()"
            " where not internal and data_type in ('VARCHAR', 'JSON', 'VARCHAR[]')"
        ).fetchall()
        texts = [f'select "{name}"::varchar as text from "{table}"' for table, name in columns]
        texts.append(f"select history::varchar from '{folder / HISTORY_FILE}' as history")
        found = con.execute(
            f"from ({' union all '.join(texts)}) as t(text) where"
            " contains(text, $1) or contains(text, $2) or contains(text, $3)",
            [f"{tiny.folder}", f"{ROOT}/", f"{Path.home()}/"],
        ).fetchall()
    assert found == []
