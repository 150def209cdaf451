"""Data of others in Markdown, addresses and CSV: as text, whatever it holds."""

import re
from urllib.parse import quote, urlsplit

import polars as pl

MARKDOWN = re.compile(r"([!-/:-@\[-`{-~])")
# What Markdown makes a link even where every sign of it is escaped.
LINK = re.compile(r"(?<=:)(?=//)|(?<=@)|(?<=www)(?=\.)", re.IGNORECASE)
WORD_JOINER = "\u2060"
# Of an address; brackets would end a link in Markdown.
KEPT_IN_ADDRESS = ":/?#@&+,;=%"
# A spreadsheet takes what begins with these, wide ones too, for a formula; a signed number is none.
FORMULA = r"^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]"
NUMBER = r"^[+-]?[\d.,]+(e[+-]?\d+)?\s*%?$"


def escaped(text: str) -> str:
    """A text for Markdown, in which it is nothing but text on one line."""
    joined = LINK.sub(WORD_JOINER, " ".join(text.split()))
    return MARKDOWN.sub(r"\\\1", joined)


def quoted(text: str) -> str:
    """A text as a part of an address."""
    return quote(text, safe="")


def web_address(text: str | None) -> str | None:
    """The address of a web page, for a link; None for what is none, such as `data:…`."""
    text = (text or "").strip()
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return None
    return quote(text, safe=KEPT_IN_ADDRESS)


def csv(frame: pl.DataFrame) -> str:
    """A table as CSV, in which a spreadsheet finds no formulas: these begin with an apostrophe."""
    cells = pl.col(pl.String)
    is_formula = cells.str.contains(FORMULA) & ~cells.str.contains(NUMBER)
    safe = frame.with_columns(
        pl.when(is_formula).then(cells.str.replace("^", "'")).otherwise(cells)
    )
    names = {name: f"'{name}" for name in frame.columns if re.match(FORMULA, name)}
    return safe.rename(names).write_csv()
