"""What was asked and answered: a SQLite file beside the answers.

An answer's file is written whole before its row, so what has a row is there. What a killed load
left without one is removed by the next, and asked for again.
"""

import fcntl
import gzip
import hashlib
import os
import re
import sqlite3
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from loading import clock
from loading.errors import LoadError

SCHEMA = """
create table if not exists answers (
    kind text not null,
    key text not null,
    fetched_at text not null,
    file text,
    sha256 text,
    last_day text,
    note text,
    primary key (kind, key, fetched_at)
);
create table if not exists requests (source text not null, at text not null, symbol text);
create index if not exists requests_at on requests (source, at);
create table if not exists spent (scope text primary key, until text not null);
create table if not exists failures (
    kind text not null, key text not null, at text not null, why text not null,
    primary key (kind, key)
);
create table if not exists changes (
    ticker text not null, day text not null, primary key (ticker, day)
);
create table if not exists members (choice text not null, key text not null,
    primary key (choice, key));
"""


class Answer(NamedTuple):
    """An answer that is kept.

    Attributes:
        fetched_at: when it came.
        file: its file in the folder of raw answers; none where there was no data.
        last_day: the last day in it whose prices were settled.
        note: why there is no data; with prices, the symbol that the company then had.
    """

    fetched_at: datetime
    file: str | None
    last_day: date | None
    note: str | None


class Ledger:
    """The ledger of one folder, held by one load at a time."""

    def __init__(self, folder: Path) -> None:
        """Open it, and clear away what a killed load left.

        Raises:
            LoadError: another load holds it.
        """
        self.raw = folder / "raw"
        self.raw.mkdir(parents=True, exist_ok=True)
        self._lock = (folder / ".lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LoadError(f"another load writes into {folder}: wait until it ends") from error
        try:
            self._db = sqlite3.connect(folder / "ledger.sqlite", isolation_level=None)
            self._db.executescript(f"pragma journal_mode = wal; {SCHEMA}")
        except sqlite3.Error as error:
            raise LoadError(
                f"{folder / 'ledger.sqlite'} cannot be read ({error}): move it away, and what was "
                "fetched is asked for again"
            ) from error
        self._remove_orphans()

    def close(self) -> None:
        """Let another load have it."""
        self._db.close()
        self._lock.close()

    def _remove_orphans(self) -> None:
        """Files without a row, and rows without a file."""
        known = {file for [file] in self._db.execute("select file from answers where file <> ''")}
        files = (self.raw / "tiingo").glob("*/*")
        there = {str(file.relative_to(self.raw)) for file in files}
        for name in there - known:
            (self.raw / name).unlink()
        gone = [(name,) for name in known - there]
        self._db.executemany("delete from answers where file = ?", gone)

    def newest(self, kind: str) -> dict[str, Answer]:
        """The newest answer of a kind, by key."""
        rows = self._db.execute(
            "select key, max(fetched_at), file, last_day, note from answers"
            " where kind = ? group by key",
            [kind],
        )
        return {
            key: Answer(datetime.fromisoformat(at), file, last and date.fromisoformat(last), note)
            for key, at, file, last, note in rows
        }

    def read(self, answer: Answer) -> bytes:
        """The body of an answer."""
        assert answer.file
        return gzip.decompress((self.raw / answer.file).read_bytes())

    def add(
        self,
        kind: str,
        key: str,
        body: bytes | None,
        ending: str = "json",
        last_day: date | None = None,
        note: str | None = None,
        changes: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Keep an answer: its file first, then its row.

        Args:
            kind: what was asked, as the folder of its answers is called.
            key: of what company, ticker or day.
            body: the answer; none where there is no data.
            ending: of the file.
            last_day: the last settled day in it.
            note: why there is no data; with prices, the symbol that the company then had.
            changes: ticker and day of splits and dividends.
        """
        at = clock.now()
        file = digest = None
        if body is not None:
            packed = gzip.compress(body, 6, mtime=0)
            digest = hashlib.sha256(packed).hexdigest()
            name = f"{quote(key, safe='').replace('.', '%2E')}.{at:{clock.STAMP}}.{ending}.gz"
            file = f"tiingo/{kind}/{name}"
            write_whole(self.raw / file, packed)
        self._db.execute("begin immediate")
        self._db.execute(
            "insert or replace into answers values (?, ?, ?, ?, ?, ?, ?)",
            [kind, key, at.isoformat(), file, digest, last_day and last_day.isoformat(), note],
        )
        self._db.executemany("insert or ignore into changes values (?, ?)", changes)
        self._db.execute("delete from failures where kind = ? and key = ?", [kind, key])
        self._db.execute("commit")

    def fail(self, kind: str, key: str, why: str) -> None:
        """Note why something could not be had: the next load asks again."""
        self._db.execute(
            "insert or replace into failures values (?, ?, ?, ?)",
            [kind, key, clock.now().isoformat(), why],
        )

    def failures(self) -> list[tuple[str, str, str]]:
        """Kind, key and reason of what could not be had."""
        return self._db.execute("select kind, key, why from failures order by 1, 2").fetchall()

    def forget_failures(self) -> None:
        """Begin a load that asks for all of them again."""
        self._db.execute("delete from failures")

    def snapshot_days(self) -> set[date]:
        """The days of which the prices of all tickers were asked for at once."""
        rows = self._db.execute("select last_day from answers where kind = 'snapshots'")
        return {date.fromisoformat(day) for [day] in rows if day}

    def changes(self) -> dict[str, set[date]]:
        """By ticker: the days of splits and dividends among them."""
        days: dict[str, set[date]] = {}
        for ticker, day in self._db.execute("select ticker, day from changes"):
            days.setdefault(ticker, set()).add(date.fromisoformat(day))
        return days

    def count(self, source: str, since: datetime) -> int:
        """Requests since a moment."""
        query = "select count(*) from requests where source = ? and at >= ?"
        [[number]] = self._db.execute(query, [source, since.isoformat()])
        return int(number)

    def symbols(self, since: datetime) -> set[str]:
        """Symbols that were asked for since a moment."""
        query = "select distinct symbol from requests where symbol is not null and at >= ?"
        return {symbol for [symbol] in self._db.execute(query, [since.isoformat()])}

    def request(self, source: str, symbol: str | None) -> None:
        """Note a request, before it is made: a killed one counts too."""
        self._db.execute(
            "insert into requests values (?, ?, ?)", [source, clock.now().isoformat(), symbol]
        )

    def forget_symbol(self, symbol: str) -> None:
        """Count a symbol no longer: the server did not answer for it."""
        self._db.execute("update requests set symbol = null where symbol = ?", [symbol])

    def spend(self, scope: str, until: datetime) -> None:
        """Note that the server says that a budget is used up."""
        self._db.execute("insert or replace into spent values (?, ?)", [scope, until.isoformat()])

    def spent_until(self, scope: str) -> datetime | None:
        """Until when the server said so, if that is still to come."""
        row = self._db.execute("select until from spent where scope = ?", [scope]).fetchone()
        until = datetime.fromisoformat(row[0]) if row else None
        return until if until and until > clock.now() else None

    def members(self, choice: str, keys: Iterable[str]) -> set[str]:
        """Whoever was once chosen by size stays: add to them, and give all."""
        self._db.executemany(
            "insert or ignore into members values (?, ?)", [(choice, key) for key in keys]
        )
        rows = self._db.execute("select key from members where choice = ?", [choice])
        return {key for [key] in rows}


def write_whole(file: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, whenever the power fails."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f".{re.sub('[^A-Za-z0-9]', '_', file.name)[:80]}.part")
    with part.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    os.replace(part, file)
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Have the disk keep the names in a folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
