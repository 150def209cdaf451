"""Fetches the SEC's facts: the map of tickers, and facts and filings of each company.

They lie in the folder of raw answers as the SEC names them: sec/company_tickers.json,
sec/companyfacts/CIK##########.json and sec/submissions/CIK##########.json. Facts say themselves
when they were filed, so the newest answer holds what the ones before it did.
"""

import json
import os
import zipfile
from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from loading import clock
from loading.errors import LoadError, ServerError
from loading.ledger import Ledger, sync_folder, write_whole
from loading.retrying import retried
from loading.throttle import take_turn
from loading.universe import Company

WWW, DATA = "https://www.sec.gov", "https://data.sec.gov"
# The SEC allows 10 a second; its clock is not ours.
PER_SECOND = 9
# More companies than this come faster in one archive (over a gigabyte each).
MOST_SINGLE = 2_000
KEPT = "kept"
KINDS = {
    "companyfacts": ("/api/xbrl/companyfacts", "/Archives/edgar/daily-index/xbrl/companyfacts.zip"),
    "submissions": ("/submissions", "/Archives/edgar/daily-index/bulkdata/submissions.zip"),
}


class Sec:
    """The SEC's servers, asked as it wishes."""

    def __init__(self, contact: str | None, ledger: Ledger, max_age_days: int) -> None:
        """Open it.

        Args:
            contact: name and address of the one who asks.
            ledger: what is there.
            max_age_days: how old an answer may be.

        Raises:
            LoadError: there is no address.
        """
        contact = (contact or os.environ.get("SEC_CONTACT") or "").strip()
        if "@" not in contact or not contact.isascii() or not contact.isprintable():
            raise LoadError(
                "the SEC wants to know who asks: give --contact 'Jane Doe jane@example.com', or "
                "set environment variable SEC_CONTACT"
            )
        place = os.environ.get("SEC_URL")
        if place and urlsplit(place).hostname not in ("127.0.0.1", "localhost"):
            raise LoadError("environment variable SEC_URL is for tests on this machine")
        self._www, self._data = (place, place) if place else (WWW, DATA)
        self.ledger = ledger
        self.folder = ledger.raw / "sec"
        self.max_age = timedelta(days=max_age_days)
        self.failed: list[tuple[str, str]] = []
        self._http = httpx.Client(timeout=httpx.Timeout(120, connect=15), follow_redirects=True)
        self._http.headers["User-Agent"] = f"stock-forecasts {contact}"

    def ciks(self, companies: Collection[Company]) -> list[str]:
        """Numbers of companies: from Tiingo's list, else by ticker.

        Raises:
            LoadError: the map of tickers cannot be had.
        """
        if self._due("tickers", ["all"]):
            try:
                content = self._get(f"{self._www}/files/company_tickers.json")
            except ServerError as error:
                raise LoadError(
                    f"the SEC's map of tickers cannot be had ({error}): go on later with the same "
                    "command"
                ) from error
            if content is None:
                raise LoadError(
                    "the SEC's map of tickers is not where it was: look for a newer version of "
                    "this program"
                )
            write_whole(self.folder / "company_tickers.json", content)
            self.ledger.add("sec_tickers", "all", None, note=KEPT)
        rows = json.loads((self.folder / "company_tickers.json").read_bytes()).values()
        by_ticker = {str(row["ticker"]).upper(): str(row["cik_str"]).zfill(10) for row in rows}
        found = {
            company.cik or (by_ticker.get(company.symbol) if company.is_active else None)
            for company in companies
        }
        return sorted(cik for cik in found if cik)

    def fetch(self, ciks: list[str], done: Callable[[str], None]) -> None:
        """Fetch facts and filings of companies, where they are not there or old.

        Args:
            ciks: their numbers.
            done: is told of each.
        """
        for kind, (path, archive) in KINDS.items():
            due = self._due(kind, ciks)
            if len(due) > MOST_SINGLE:
                self._fetch_archive(kind, archive, set(due))
                due = []
            for cik in due:
                try:
                    content = self._get(f"{self._data}{path}/CIK{cik}.json")
                except ServerError as error:
                    self.failed.append((f"CIK{cik} {kind}", str(error)))
                else:
                    if content is not None:
                        write_whole(self._file(kind, cik), content)
                    note = "no data" if content is None else KEPT
                    self.ledger.add(f"sec_{kind}", cik, None, note=note)
                done(cik)

    def _due(self, kind: str, keys: Iterable[str]) -> list[str]:
        newest = self.ledger.newest(f"sec_{kind}")
        oldest = clock.now() - self.max_age
        return [
            key
            for key in keys
            if key not in newest
            or newest[key].fetched_at <= oldest
            or (newest[key].note == KEPT and not self._file(kind, key).is_file())
        ]

    def _file(self, kind: str, key: str) -> Path:
        if kind == "tickers":
            return self.folder / "company_tickers.json"
        return self.folder / kind / f"CIK{key}.json"

    def _get(self, url: str) -> bytes | None:
        """A JSON file; none where there is none."""

        def read() -> bytes | None:
            take_turn("sec", PER_SECOND)
            response = self._http.get(url)
            if response.status_code == 404:
                return None
            if response.status_code == 403:
                raise LoadError(
                    "the SEC refuses to answer (403): it does so for some minutes after too many "
                    "requests, and where --contact names no true address"
                )
            if response.status_code != 200:
                raise ServerError(f"the server failed ({response.status_code})")
            try:
                json.loads(response.content)
            except ValueError as error:
                raise ServerError("its answer was cut off") from error
            return response.content

        return retried(read)

    def _fetch_archive(self, kind: str, path: str, ciks: set[str]) -> None:
        """Fetch all companies at once, and keep the files of those that are wanted."""
        part = self.folder / f".{kind}.zip.part"
        part.parent.mkdir(parents=True, exist_ok=True)

        def read() -> None:
            take_turn("sec", PER_SECOND)
            with (
                part.open("wb") as opened,
                self._http.stream("GET", f"{self._www}{path}") as response,
            ):
                if response.status_code != 200:
                    raise ServerError(f"the server failed ({response.status_code})")
                for chunk in response.iter_bytes():
                    opened.write(chunk)
            try:
                with zipfile.ZipFile(part) as archive:
                    names = set(archive.namelist())
                    for cik in sorted(ciks):
                        if (name := f"CIK{cik}.json") in names:
                            write_whole(self._file(kind, cik), archive.read(name))
            except zipfile.BadZipFile as error:
                raise ServerError("its archive was cut off") from error

        try:
            retried(read)
            for cik in sorted(ciks):
                note = KEPT if self._file(kind, cik).is_file() else "no data"
                self.ledger.add(f"sec_{kind}", cik, None, note=note)
        except ServerError as error:
            self.failed.append((f"{kind}.zip", str(error)))
        finally:
            Path(part).unlink(missing_ok=True)
            sync_folder(part.parent)
