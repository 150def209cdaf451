"""Asks over HTTP: what an answer means, and whether to ask again."""

import io
import json
import os
import re
import zipfile
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx

from loading.budgets import Budgets
from loading.errors import LoadError, NotInPlanError, RefusedError, ServerError
from loading.retrying import T, retried

URL = "https://api.tiingo.com"
LISTINGS_URL = "https://apimedia.tiingo.com"
TIMEOUT = httpx.Timeout(60, connect=15)
NO_DATA = (b"", b"None", b"null", b"[]")
# By kind of answer: what its rows have.
FIELDS = {
    "companies": {"permaTicker", "ticker"},
    "snapshots": {"ticker", "date", "close", "adjClose", "adjVolume", "divCash", "splitFactor"},
    "prices": {"date", "close", "adjClose", "adjVolume", "divCash", "splitFactor"},
    "valuations": {"date", "marketCap"},
    "statements": {"date", "year", "quarter", "statementData"},
    "reported": {"date", "year", "quarter", "statementData"},
}
LISTING_FIELDS = "ticker,exchange,assetType,priceCurrency,startDate,endDate"
FUNDAMENTALS = ("valuations", "statements", "reported")


class Rows(NamedTuple):
    """An answer with data, in rows and as it came."""

    rows: list[dict[str, Any]]
    body: bytes


class Tiingo:
    """Tiingo, with a token and a plan's budgets."""

    def __init__(self, token: str, budgets: Budgets) -> None:
        """Open it.

        Raises:
            LoadError: the token would cross the network in the clear.
        """
        self._token = token
        self.budgets = budgets
        self._url = os.environ.get("TIINGO_URL", URL).rstrip("/")
        self._listings_url = os.environ.get("TIINGO_URL", LISTINGS_URL).rstrip("/")
        place = urlsplit(self._url)
        if place.scheme != "https" and place.hostname not in ("127.0.0.1", "localhost"):
            raise LoadError("environment variable TIINGO_URL must begin with https://")
        # A redirect is not followed: the token is for one server.
        self._http = httpx.Client(timeout=TIMEOUT, follow_redirects=False)

    def listings(self) -> bytes:
        """The list of tickers, as CSV: it costs no request, and needs no token."""
        url = f"{self._listings_url}/docs/tiingo/daily/supported_tickers.zip"
        return self._retried(lambda: read_listings(self._http.get(url)))

    def ask(self, kind: str, path: str, symbol: str | None = None, **params: str) -> Rows | None:
        """The rows of an answer; none where there is no data.

        Args:
            kind: of answer.
            path: what is asked.
            symbol: what counts towards the symbols of a month.
            params: of the request.

        Raises:
            BudgetSpentError: the plan allows no more now.
            RefusedError: it will be answered so the next time.
            ServerError: the server failed several times.
            LoadError: the token is not accepted.
        """

        def send() -> httpx.Response:
            self.budgets.take(symbol)
            return self._http.get(
                f"{self._url}{path}",
                params=params,
                headers={"Authorization": f"Token {self._token}"},
            )

        while True:
            try:
                return self._retried(lambda: self._rows(kind, send()))
            except QuotaError as spent:
                # What is next waits for new requests, or says when they come.
                self.budgets.spend(spent.scope, symbol)

    def _retried(self, read: Callable[[], T]) -> T:
        try:
            return retried(read)
        except ServerError as error:
            raise ServerError(self._clean(str(error))) from None

    def _clean(self, said: str) -> str:
        """What the server says, on one line, short, and without the token."""
        said = " ".join(said.replace(self._token, "…").split())
        return said if len(said) <= 200 else f"{said[:199]}…"

    def _rows(self, kind: str, response: httpx.Response) -> Rows | None:
        status = response.status_code
        body = response.content.strip()
        said = self._clean(body[:2_000].decode("utf-8", "replace"))
        if status in (401, 403):
            raise LoadError(
                f"Tiingo does not accept the token ({status}: {said}): take the one that stands at "
                "https://www.tiingo.com/account/api/token"
            )
        if status == 429:
            raise QuotaError("hour")
        if status >= 500:
            raise ServerError(f"the server failed ({status})")
        if status == 400 and kind in FUNDAMENTALS:
            raise NotInPlanError(said)
        if status in (400, 404) or (status == 200 and body in NO_DATA):
            return None
        if status != 200:
            raise RefusedError(f"the server says {status}: {said}")
        try:
            rows = json.loads(body)
        except ValueError:
            if body[:1] in (b"[", b"{"):
                raise ServerError("its answer was cut off") from None
            self._mind_sentence(said)
            return None
        if rows == []:
            return None
        if not isinstance(rows, list) or not isinstance(rows[0], dict):
            detail = rows.get("detail", rows) if isinstance(rows, dict) else rows
            self._mind_sentence(self._clean(str(detail)))
            return None
        if missing := FIELDS[kind] - rows[0].keys():
            raise RefusedError(
                f"the answer has another form: it lacks {', '.join(sorted(missing))}"
            )
        return Rows(rows, body)

    def _mind_sentence(self, said: str) -> None:
        """A quota comes as a plain sentence with status 200, and so does an unknown ticker."""
        if re.search(r"run over|exceeded|allocation", said, re.IGNORECASE):
            for scope, words in (("month", "symbol|month"), ("day", "daily|day")):
                if re.search(words, said, re.IGNORECASE):
                    raise QuotaError(scope)
            raise QuotaError("hour")
        if not re.search("not found", said, re.IGNORECASE):
            raise RefusedError(f"the server says: {said}")


class QuotaError(Exception):
    """The server says that a budget is used up.

    Attributes:
        scope: hour, day or month.
    """

    def __init__(self, scope: str) -> None:
        """Keep which."""
        super().__init__(scope)
        self.scope = scope


def read_listings(response: httpx.Response) -> bytes:
    """The CSV file in the zip archive of listings.

    Raises:
        ServerError: the archive is not whole.
        RefusedError: it holds something else.
    """
    if response.status_code != 200:
        raise ServerError(f"the server failed ({response.status_code})")
    try:
        with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
            [name] = archive.namelist()
            content = archive.read(name)
    except (zipfile.BadZipFile, EOFError, ValueError, OSError) as error:
        raise ServerError("its archive of tickers was cut off") from error
    header = content[:200].decode("utf-8-sig", "replace").splitlines()[:1]
    if header != [LISTING_FIELDS]:
        raise RefusedError(f"the list of tickers has other columns than {LISTING_FIELDS}")
    return content
