"""Memory that DuckDB and Python share."""

import contextlib
import threading

import duckdb

KEPT = "250MB"
_one_at_a_time = threading.Lock()


def free_pages(con: duckdb.DuckDBPyConnection) -> None:
    """Have DuckDB free the pages it keeps of tables that were read, but for some.

    They fill what DuckDB may take, and the fits that follow need the room. While other queries use
    more, what is in use stays.

    Args:
        con: a connection to the database.
    """
    with _one_at_a_time:
        [limit] = con.execute("select current_setting('memory_limit')").fetchall()[0]
        with contextlib.suppress(duckdb.OutOfMemoryException):
            con.execute(f"set memory_limit = '{KEPT}'")
        con.execute(f"set memory_limit = '{limit}'")
