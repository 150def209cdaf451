"""Publications that stand elsewhere: fetched once, checked, and kept beside the dashboard."""

import fcntl
import hashlib
import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import obstore
import stamina
from obstore.exceptions import (
    BaseError,
    NotModifiedError,
    PermissionDeniedError,
    UnauthenticatedError,
)

from ml.warehouse.publishing import POINTER, UNFINISHED
from ml.warehouse.sending import CHECKSUM
from ml.warehouse.stores import Store, StoreError, refuse_address, store_at

if TYPE_CHECKING:
    from obstore import GetOptions, GetResult

KEPT = 2
SECONDS_BETWEEN_LOOKS = 60.0
ATTEMPTS = 4
# The longest text that is read: a name, or a name and a digest.
LONGEST = 1_000
# What is fetched at a time, in bytes.
PIECE = 4_000_000
FILE = re.compile(r"[A-Za-z0-9_-]+\.duckdb")
# Errors hold addresses: nothing of them is logged.
stamina.instrumentation.set_on_retry_hooks([])


class FetchError(Exception):
    """Nothing can be fetched; the message is a reason in words, and names no address."""


class CutError(Exception):
    """What came is not what was published."""


class Source:
    """The pointer at an address, and what it named, in a folder of publications on this machine.

    Processes may share the folder: one of them fetches at a time.
    """

    def __init__(self, address: str) -> None:
        """Look at the address alone: nothing is fetched yet.

        Raises:
            StoreError: the address cannot be used.
        """
        refuse_address("PUBLISHED", address, ("https", "s3"))
        place, _, name = address.rpartition("/")
        if name != POINTER:
            raise StoreError(
                f"PUBLISHED holds an address that does not end with /{POINTER}: give that of the "
                "pointer, which names the published file"
            )
        self._place = place
        self._folder = _cache() / hashlib.sha256(address.encode()).hexdigest()[:12] / _market(place)
        self._tag: str | None = None
        self._looked_at = -SECONDS_BETWEEN_LOOKS
        self._lock = threading.Lock()
        self._progress: tuple[int, int] | None = None
        self._fault: tuple[datetime, str] | None = None

    def pointer(self) -> Path:
        """The pointer on this machine; the first time, once what it names has been fetched.

        Later on what is newer is fetched meanwhile.

        Raises:
            FetchError: nothing has been fetched yet, and nothing can be.
        """
        pointer = self._folder / POINTER
        if not self._here():
            with self._lock:
                if not self._here():
                    self._fetch()
        elif time.monotonic() - self._looked_at > SECONDS_BETWEEN_LOOKS:
            self._looked_at = time.monotonic()
            threading.Thread(target=self.look, daemon=True).start()
        return pointer

    def look(self) -> None:
        """Fetch what is newer; what is amiss is told by `news`."""
        if not self._lock.acquire(blocking=False):
            return
        try:
            self._fetch()
            self._fault = None
        except FetchError as error:
            since = self._fault[0] if self._fault else datetime.now(UTC)
            self._fault = (since, str(error))
        finally:
            self._lock.release()

    def news(self) -> str | None:
        """What a visitor should know: that what is shown is not, or may not be, the newest."""
        if (progress := self._progress) and self._here():
            done, size = (f"{count / 1e6:,.0f}" for count in progress)
            return (
                f"A newer publication is being fetched ({done} of {size} MB). This is the one "
                "before; the newer one is shown once it is there."
            )
        if fault := self._fault:
            since, reason = fault
            return (
                f"Since {since:%-d %b %Y}, {since:%H:%M} UTC, it has not been known whether there "
                f"is a newer publication: {reason}. This is what was fetched last."
            )
        return None

    def _here(self) -> str | None:
        """Name of the file that was fetched last, as long as it is here."""
        try:
            name = (self._folder / POINTER).read_text().strip()
        except OSError:
            return None
        return name if FILE.fullmatch(name) and (self._folder / name).is_file() else None

    def _fetch(self) -> None:
        self._looked_at = time.monotonic()
        try:
            for attempt in stamina.retry_context(
                on=_is_worth_another, attempts=ATTEMPTS, timeout=None, wait_initial=0.2, wait_max=5
            ):
                with attempt, self._alone():
                    self._fetch_named()
        except (PermissionDeniedError, UnauthenticatedError):
            raise FetchError("the server refuses access") from None
        except FileNotFoundError:
            raise FetchError(
                "the server lacks the pointer, the file that it names, or the SHA-256 beside it"
            ) from None
        except CutError as error:
            raise FetchError(str(error)) from None
        except BaseError:
            raise FetchError("the server cannot be reached, or breaks off") from None
        except OSError as error:
            raise FetchError(f"this machine cannot keep it ({error.strerror})") from None
        finally:
            self._progress = None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self._folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _fetch_named(self) -> None:
        here = self._here()
        store = store_at(self._place)
        options: GetOptions = {"if_none_match": self._tag} if here and self._tag else {}
        try:
            answer = obstore.get(store, POINTER, options=options)
        except NotModifiedError:
            return
        name = _text(answer).strip()
        if not FILE.fullmatch(name):
            raise CutError("the pointer names no published file")
        if name != here:
            self._fetch_file(store, name)
            _move(self._folder / f"{POINTER}.new", self._folder / POINTER, name)
            for old in self._folder.glob("*.duckdb"):
                if old.name not in (name, here):
                    old.unlink(missing_ok=True)
        self._tag = answer.meta["e_tag"]

    def _fetch_file(self, store: Store, name: str) -> None:
        [wanted, *_] = _text(obstore.get(store, name + CHECKSUM)).split() or [""]
        answer = obstore.get(store, name)
        unfinished = self._folder / UNFINISHED
        digest, done = hashlib.sha256(), 0
        with unfinished.open("wb") as file:
            for piece in answer.stream(min_chunk_size=PIECE):
                file.write(piece)
                digest.update(piece)
                done += len(piece)
                self._progress = (done, answer.meta["size"])
        if digest.hexdigest() != wanted:
            raise CutError("the file that came is not the one whose SHA-256 stands beside it")
        os.replace(unfinished, self._folder / name)


@cache
def source(address: str) -> Source:
    """The source at an address, one for all visitors.

    Raises:
        StoreError: the address cannot be used.
    """
    return Source(address)


def _is_worth_another(error: Exception) -> bool:
    return isinstance(error, BaseError | CutError) and not isinstance(
        error, PermissionDeniedError | UnauthenticatedError
    )


def _text(answer: "GetResult") -> str:
    if answer.meta["size"] > LONGEST:
        raise CutError("the pointer names no published file")
    return bytes(answer.bytes()).decode("ascii", "replace")


def _move(new: Path, pointer: Path, name: str) -> None:
    new.write_text(f"{name}\n")
    os.replace(new, pointer)


def _market(place: str) -> str:
    """Name of the folder in which the pointer stands; without one, of the server or bucket."""
    split = urlsplit(place)
    name = split.path.rstrip("/").rpartition("/")[2] or split.hostname or ""
    return re.sub("[^A-Za-z0-9_-]+", "_", name)


def _cache() -> Path:
    named = os.environ.get("PUBLISHED_CACHE")
    return Path(named) if named else Path.home() / ".cache" / "stock_forecasts"
