import shutil

import duckdb


def test_views_are_there_whatever_the_database_is_called(tiny, tmp_path):
    shutil.copy(tiny.warehouse, tmp_path / "copy.duckdb")
    with duckdb.connect() as con:
        con.execute(f"attach '{tmp_path / 'copy.duckdb'}' as mine (read_only)")
        views = con.sql("select view_name from duckdb_views() where database_name = 'mine'")
        names = [name for [name] in views.fetchall()]
        assert {"stg_daily_adjusted", "run_history"} <= set(names)
        for name in names:
            con.execute(f"from mine.{name} limit 1")
