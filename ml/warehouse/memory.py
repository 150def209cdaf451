"""Memory that DuckDB and Python share."""

import contextlib
import threading
from collections.abc import Iterator

import duckdb

KEPT = "250MB"
_in_use = threading.Lock()


@contextlib.contextmanager
def pages_kept() -> Iterator[None]:
    """A time in which no `free_pages` does anything: it would fail what needs all the memory."""
    with _in_use:
        yield


def free_pages(con: duckdb.DuckDBPyConnection) -> None:
    """Have DuckDB free the pages it keeps of tables that were read, but for some.

    They fill what DuckDB may take, and the fits that follow need the room. While other queries use
    more, what is in use stays; see `pages_kept`.

    Args:
        con: a connection to the database.
    """
    if not _in_use.acquire(blocking=False):
        return
    try:
        [limit] = con.execute("select current_setting('memory_limit')").fetchall()[0]
        with contextlib.suppress(duckdb.OutOfMemoryException):
            con.execute(f"set memory_limit = '{KEPT}'")
        con.execute(f"set memory_limit = '{limit}'")
    finally:
        _in_use.release()
