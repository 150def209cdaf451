"""Tiingo's token: from the environment or a file of its owner's alone, and shown nowhere."""

import os
import re
import stat
from pathlib import Path

from loading.errors import LoadError

VARIABLE = "TIINGO_API_KEY"
DEFAULT_FILE = Path("~/.tiingo_token")


def read_token(named: Path | None) -> str:
    """The token.

    Args:
        named: a file with it; none: the environment, or the default file.

    Raises:
        LoadError: there is none, or others may read its file.
    """
    token = os.environ.get(VARIABLE, "").strip()
    place = f"environment variable {VARIABLE}"
    if named or not token:
        file = (named or DEFAULT_FILE).expanduser()
        place = f"file {file}"
        if not file.is_file():
            raise LoadError(
                f"no token: set environment variable {VARIABLE}, or write it into the file {file} "
                f"and run chmod 600 {file} (it stands at https://www.tiingo.com/account/api/token)"
            )
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise LoadError(f"others may read the token in {file}: run chmod 600 {file}")
        token = file.read_text(encoding="utf-8", errors="replace").strip()
    if not re.fullmatch(r"[A-Za-z0-9._-]{8,}", token):
        # Not repeated: it may be a token with a slip in it.
        raise LoadError(f"{place} does not hold a token: letters and digits alone, on one line")
    return token
