"""At most so many requests a second over all processes of a user: a file is their common clock."""

import fcntl
import os
import tempfile
from pathlib import Path

from loading import clock


def take_turn(name: str, per_second: int) -> None:
    """Wait for one's turn.

    Args:
        name: whose turns they are.
        per_second: how many there are.
    """
    file = Path(tempfile.gettempdir()) / f"{name}-requests-{os.getuid()}"
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "r+") as turns:
        fcntl.flock(turns, fcntl.LOCK_EX)
        text = turns.read().strip()
        moment = clock.monotonic()
        # A clock that began anew, with the machine, is earlier than the file's.
        turn = float(text) if text and float(text) < moment + 60 else moment
        turn = max(moment, turn)
        turns.seek(0)
        turns.truncate()
        turns.write(f"{turn + 1 / per_second:.6f}")
    clock.sleep(turn - moment)
