"""Which markets have been published."""

import os
from pathlib import Path

from ml.publishing import POINTER

PUBLISHED = Path(__file__).parents[1] / "warehouse" / "published"


class PublicationError(Exception):
    """No published file can be shown; the message says why, and what helps."""


def find_publications() -> dict[str, Path]:
    """The pointers there are, by the name of their market, newest first.

    Environment variable PUBLISHED names the only one to show: a pointer or a published file.

    Raises:
        PublicationError: nothing has been published.
    """
    if named := os.environ.get("PUBLISHED"):
        path = Path(named).resolve()
        if not path.is_file():
            raise PublicationError(f"PUBLISHED names {named}, but there is no such file.")
        return {path.parent.name: path}
    pointers = sorted(
        PUBLISHED.glob(f"*/{POINTER}"), key=lambda path: path.stat().st_mtime, reverse=True
    )
    if not pointers:
        raise PublicationError("Nothing has been published yet. Run `make build` first.")
    return {path.parent.name: path for path in pointers}
