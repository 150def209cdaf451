"""A server on this machine that answers as Tiingo and the SEC do, with invented values.

In the shapes of recorded answers; `traps` has it answer as they do when something is amiss.
"""

import io
import json
import threading
import time
import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

TOKEN = "planted0token0of0jane0doe"
LISTINGS = "ticker,exchange,assetType,priceCurrency,startDate,endDate"
QUOTA = (
    "You have run over your 500 symbol look up for this month. Please upgrade at "
    "https://api.tiingo.com/pricing to have your limits increased."
)
NO_ADD_ON = "Error: Free and Power plans are limited to the DOW 30."
NOT_INCLUDED = "Field not available for free/evaluation"


@dataclass
class Stock:
    """A company, with what it did on each trading day and filed for each quarter."""

    key: str
    ticker: str
    is_active: bool = True
    first: date = date(2026, 2, 23)
    last: date | None = None
    listed: bool = True
    asset_type: str = "Stock"
    exchange: str = "NYSE"
    has_fundamentals: bool = True
    dividends: dict[date, float] = field(default_factory=dict)
    splits: dict[date, float] = field(default_factory=dict)
    statements_at: str = "2026-02-05T01:00:00.000Z"
    factor: float = 1.0

    @property
    def base(self) -> float:
        return 10.0 + sum(map(ord, self.key)) % 50


def weekdays(first: date, last: date) -> list[date]:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [day for day in days if day.isoweekday() <= 5]


class Market:
    """What the server knows: change `today` and it answers as of then."""

    def __init__(self, stocks: list[Stock], today: date) -> None:
        self.stocks = [Stock("SPY", "SPY", asset_type="ETF", exchange="NYSE ARCA"), *stocks]
        self.today = today

    def prices(self, stock: Stock) -> list[dict]:
        """A whole history, adjusted for all that happened until today."""
        rows = []
        for day in weekdays(stock.first, min(stock.last or self.today, self.today)):
            later = [d for d in (*stock.splits, *stock.dividends) if day < d <= self.today]
            adjusted = stock.factor
            for event in later:
                adjusted *= 1 / stock.splits.get(event, 1.0) - stock.dividends.get(event, 0.0) / 100
            close = stock.base + (day - stock.first).days % 7
            for split_day, split in stock.splits.items():
                close /= split if day >= split_day else 1
            rows.append(
                {
                    "date": f"{day}T00:00:00.000Z",
                    "close": close,
                    "volume": 1000,
                    "adjClose": close * adjusted,
                    "adjVolume": 1000,
                    "divCash": stock.dividends.get(day, 0.0),
                    "splitFactor": stock.splits.get(day, 1.0),
                }
            )
        return rows

    def snapshot(self) -> list[dict]:
        live = [stock for stock in self.stocks if stock.is_active]
        return [{"ticker": s.ticker.lower(), **self.prices(s)[-1]} for s in live]

    def meta(self) -> list[dict]:
        return [
            {
                "permaTicker": stock.key,
                "ticker": stock.ticker.lower(),
                "name": f"{stock.ticker} Inc",
                "isActive": stock.is_active,
                "isADR": False,
                "sector": "Industrials" if stock.has_fundamentals else NOT_INCLUDED,
                "industry": "Tools" if stock.has_fundamentals else NOT_INCLUDED,
                "sicCode": 3420 if stock.has_fundamentals else NOT_INCLUDED,
                "sicSector": "Manufacturing" if stock.has_fundamentals else NOT_INCLUDED,
                "sicIndustry": "Hand Tools" if stock.has_fundamentals else NOT_INCLUDED,
                "reportingCurrency": "usd",
                "location": "Ohio, USA" if stock.has_fundamentals else NOT_INCLUDED,
                "companyWebsite": "http://example.com",
                "secFilingWebsite": "https://www.sec.gov/cgi-bin/browse-edgar?"
                f"action=getcompany&CIK={sum(map(ord, stock.key)):010d}",
                "statementLastUpdated": stock.statements_at,
                "dailyLastUpdated": f"{self.today}T21:07:49.725Z",
            }
            for stock in self.stocks
            if stock.key.startswith("US")
        ]

    def listings(self) -> bytes:
        rows = [
            f"{s.ticker},{s.exchange},{s.asset_type},USD,{s.first},"
            f"{min(s.last or self.today, self.today)}"
            for s in self.stocks
            if s.listed
        ]
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("supported_tickers.csv", "\n".join([LISTINGS, *rows, ""]))
        return packed.getvalue()

    def statements(self, stock: Stock, as_reported: bool) -> list[dict]:
        def block(**items: float) -> list[dict]:
            return [{"dataCode": code, "value": value} for code, value in items.items()]

        data = {
            "incomeStatement": block(revenue=stock.base, netinc=1.0),
            "balanceSheet": block(totalAssets=9 * stock.base),
            "cashFlow": block(ncfo=2.0),
        }
        if not as_reported:
            data["overview"] = block(roe=0.1)
        day = "2026-02-04" if as_reported else "2025-12-31"
        return [
            {"date": day, "year": 2025, "quarter": quarter, "statementData": data}
            for quarter in (4, 0)
        ]

    def valuations(self, stock: Stock) -> list[dict]:
        return [
            {
                "date": row["date"],
                "marketCap": 1e6 * row["close"],
                "enterpriseVal": 1.1e6 * row["close"],
                "peRatio": 15.0,
                "pbRatio": 2.0,
                "trailingPEG1Y": 1.0,
            }
            for row in self.prices(stock)
        ]

    def answer(self, path: str, params: dict[str, str]) -> object:
        parts = path.strip("/").split("/")
        if path == "/tiingo/fundamentals/meta":
            return self.meta()
        if path == "/tiingo/daily/prices":
            return self.snapshot()
        found = [s for s in self.stocks if parts[2] in (s.key, s.ticker)]
        if not found:
            return None
        start = params.get("startDate", "")
        if parts[1] == "daily":
            return [row for row in self.prices(found[0]) if row["date"][:10] >= start]
        if parts[3] == "daily":
            return [row for row in self.valuations(found[0]) if row["date"][:10] >= start]
        return self.statements(found[0], params.get("asReported") == "true")


class Server(ThreadingHTTPServer):
    """The server. Use it in `with`.

    Attributes:
        traps: by path, how the next requests for it are answered instead.
        log: path and query of each request, in order.
        agents: what each request named itself.
        faults: requests that Tiingo would not have taken.
    """

    daemon_threads = True

    def __init__(self, market: object) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.market = market
        self.traps: dict[str, list[str]] = defaultdict(list)
        self.log: list[str] = []
        self.times: list[float] = []
        self.agents: list[str] = []
        self.faults: list[str] = []
        self.delay = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def __enter__(self) -> "Server":
        threading.Thread(target=self.serve_forever, args=[0.02], daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def repeats(self) -> dict[str, int]:
        return {request: n for request, n in Counter(self.log).items() if n > 1}

    def handle_error(self, request, client_address) -> None:
        """A client that was killed is no news."""


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    def reply(self, body: bytes, status: int = 200, length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        server = self.server
        place = urlsplit(self.path)
        server.log.append(self.path)
        server.times.append(time.monotonic())
        server.agents.append(self.headers.get("User-Agent", ""))
        is_list = place.path.endswith("supported_tickers.zip")
        is_sec = hasattr(server.market, "files")
        wanted = None if is_list or is_sec else f"Token {TOKEN}"
        if self.headers.get("Authorization") != wanted or TOKEN in self.path:
            server.faults.append(self.path)
        time.sleep(server.delay)
        traps = server.traps[place.path]
        trap = traps.pop(0) if traps else None
        if is_list:
            return self.reply(server.market.listings()[: 50 if trap == "cut" else None])
        if is_sec:
            body = server.market.files.get(place.path)
            return self.reply(body or b"", 200 if body else 404)
        params = {name: values[0] for name, values in parse_qs(place.query).items()}
        answer = server.market.answer(place.path, params)
        body = json.dumps(answer).encode() if answer is not None else b""
        stock = next((s for s in server.market.stocks if s.key == place.path.split("/")[3]), None)
        if "/fundamentals/" in place.path and stock and not stock.has_fundamentals:
            trap = trap or "400"
        if trap == "cut":
            # As long as announced, but no whole JSON: as a proxy may cut it.
            return self.reply(body[: len(body) // 2])
        if trap == "half":
            self.reply(body[: len(body) // 2], length=len(body))
            return self.close_connection_now()
        if trap == "slow":
            time.sleep(0.3)
        answers = {
            "429": (b'{"detail":"You have run over your hourly request allocation."}', 429),
            "quota": (QUOTA.encode(), 200),
            "hourly": (b"Error: You have run over your hourly request allocation.", 200),
            "None": (b"None", 200),
            "empty": (b"[]", 200),
            "400": (NO_ADD_ON.encode(), 400),
            "404": (b'{"detail":"Not found."}', 404),
            "500": (b"<html>Bad gateway</html>", 502),
            "401": (f'{{"detail":"Invalid token {TOKEN}."}}'.encode(), 401),
            "echo": (f"Something went wrong for {TOKEN}".encode(), 200),
        }
        if trap in answers:
            return self.reply(*answers[trap])
        if answer is None:
            return self.reply(b'{"detail":"Not found."}', 404)
        return self.reply(body)

    def close_connection_now(self) -> None:
        self.wfile.flush()
        self.connection.close()
