"""Holdings as people paste or upload them: tickers with weights, shares, or neither."""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from openpyxl import load_workbook

WEIGHTS, SHARES = "Weights", "Shares"
MOST = 300
# Rows and columns that are read of a file, and bytes that an Excel file may unpack to.
MOST_ROWS, MOST_COLUMNS, MOST_UNPACKED = 5_000, 50, 20_000_000
TICKER_NAMES = {"ticker", "symbol", "stock"}
AMOUNT_NAMES = {
    **dict.fromkeys(["weight", "weights", "share of portfolio", "% of portfolio"], WEIGHTS),
    **dict.fromkeys(["shares", "quantity", "qty", "units", "number"], SHARES),
}
TICKER = re.compile(r"\w[^\s<>\"']{0,19}")


class HoldingsError(ValueError):
    """The holdings cannot be read; the message names what is wrong, and the remedy."""


@dataclass(frozen=True)
class Holdings:
    """What is held.

    Attributes:
        amounts: by ticker, all above zero; all one where none was given.
        kind: `WEIGHTS` or `SHARES`, where the holdings themselves say which; else None.
    """

    amounts: dict[str, float]
    kind: str | None

    @property
    def text(self) -> str:
        """The holdings as `parse` reads them: a line for each."""
        return "\n".join(f"{ticker} {amount:.10g}" for ticker, amount in self.amounts.items())


def parse(text: str) -> Holdings:
    """Holdings from text: a line for each, tabs, semicolons, commas or spaces within it.

    Raises:
        HoldingsError: a line cannot be read, or there are too many.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    parts = next((sign for sign in "\t;," if any(sign in line for line in lines)), None)
    return from_rows([[cell.strip() for cell in line.split(parts)] for line in lines])


def from_csv(content: bytes) -> Holdings:
    """Holdings from a file of text.

    Raises:
        HoldingsError: as `parse`, or it is no text.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("cp1252")
        except UnicodeDecodeError:
            raise HoldingsError("The file is no text: save it as CSV or Excel (.xlsx).") from None
    return parse(text)


def from_excel(content: bytes) -> Holdings:
    """Holdings from the first sheet of an Excel file.

    Raises:
        HoldingsError: as `parse`, or it is no such file.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > MOST_UNPACKED:
            raise HoldingsError(
                f"The file unpacks to {size / 1e6:.0f} MB: save the holdings alone in one."
            )
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0].iter_rows(values_only=True, max_col=MOST_COLUMNS)
        rows = [
            ["" if cell is None else str(cell).strip() for cell in row]
            for row in islice(sheet, MOST_ROWS)
        ]
    except HoldingsError:
        raise
    except Exception:  # openpyxl raises whatever a damaged file leads to
        raise HoldingsError(
            "The file is no Excel workbook (.xlsx): save it as one, or as CSV."
        ) from None
    return from_rows([row for row in rows if any(row)])


def from_rows(rows: Sequence[Sequence[str]]) -> Holdings:
    """Holdings from the cells of a table: ticker, then its weight or shares.

    A first line that names the columns says which of them count, wherever they stand.

    Raises:
        HoldingsError: a line cannot be read, or there are too many.
    """
    ticker_place, amount_place, kind, body = _columns(rows)
    amounts: dict[str, float] = {}
    given = 0
    for number, row in body:
        ticker = (row[ticker_place] if ticker_place < len(row) else "").strip("\"' $").upper()
        if not ticker:
            continue
        if not TICKER.fullmatch(ticker):
            raise HoldingsError(
                f"Line {number} begins with “{ticker[:20]}”, which is no ticker: write a ticker, "
                "then its weight or its shares."
            )
        text = row[amount_place].strip("\"' $€£") if amount_place < len(row) else ""
        if text.endswith("%"):
            kind = WEIGHTS
        amount = _number(text) if text else 1.0
        if amount is None:
            raise HoldingsError(
                f"“{text[:20]}” in line {number}, of {ticker}, is no number: write its weight or "
                "its shares."
            )
        if amount < 0:
            raise HoldingsError(
                f"{ticker} in line {number} is below zero: short positions are not forecast, so "
                "leave it out."
            )
        given += bool(text)
        if amount > 0:
            amounts[ticker] = amounts.get(ticker, 0.0) + amount
        if len(amounts) > MOST:
            raise HoldingsError(f"More than {MOST} holdings: leave out the smallest.")
    if 0 < given < sum(1 for _, row in body if any(row)):
        raise HoldingsError("Some lines have a number and some have none: give all one, or none.")
    return Holdings(amounts, kind)


def _columns(
    rows: Sequence[Sequence[str]],
) -> tuple[int, int, str | None, list[tuple[int, Sequence[str]]]]:
    """Where tickers and amounts stand, what amounts are, and the lines, each with its number."""
    numbered = list(enumerate(rows, start=1))
    if not rows:
        return 0, 1, None, []
    names = [cell.strip("\"' ").casefold() for cell in rows[0]]
    tickers = _first(names, TICKER_NAMES)
    amounts = _first(names, AMOUNT_NAMES)
    if tickers is None:
        return 0, 1, None, numbered
    if amounts is None:
        return tickers, tickers + 1 if len(names) == 2 else len(names), None, numbered[1:]
    return tickers, amounts, AMOUNT_NAMES[names[amounts]], numbered[1:]


def _first(names: Sequence[str], wanted: Iterable[str]) -> int | None:
    known = set(wanted)
    return next((place for place, name in enumerate(names) if name in known), None)


def _number(text: str) -> float | None:
    """A number as people write it: `1,234.5`, `12,5` or `12.5 %`."""
    text = text.removesuffix("%").replace(" ", "").replace("'", "")
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", text):
        text = text.replace(",", "")
    elif re.fullmatch(r"[+-]?\d+,\d+", text):
        text = text.replace(",", ".")
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,2})?", text, re.IGNORECASE):
        return None
    return float(text)
