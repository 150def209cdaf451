"""The server of the tests answers in the shapes of recorded answers, which are on some machines."""

import json
import zipfile
from datetime import date

import pytest

from loading.client import FIELDS, LISTING_FIELDS
from loading.universe import read_companies, read_listings
from tests.builds.conftest import SHARED
from tests.loading.server import LISTINGS, Market, Stock

RECORDED = SHARED / "tiingo"
pytestmark = pytest.mark.skipif(
    not RECORDED.is_dir(), reason="the recorded answers are not on this machine"
)
STOCK = Stock("US000000000001", "AAA")
MARKET = Market([STOCK], date(2026, 3, 6))


def shape(value: object) -> object:
    """Names and types, without values; a whole number may stand for any."""
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])]
    return "number" if isinstance(value, int | float) else type(value).__name__


@pytest.mark.parametrize(
    ("file", "kind", "invented"),
    [
        ("meta_aapl.json", "companies", MARKET.meta()),
        ("fundamentals_meta.json", "companies", MARKET.meta()),
        ("daily_aapl.json", "valuations", MARKET.valuations(STOCK)),
        ("fundamentals_daily.json", "valuations", MARKET.valuations(STOCK)),
        (
            "ticker_price_pandas_daily_equivalent_requesting_json_or_csv.json",
            "prices",
            MARKET.prices(STOCK),
        ),
    ],
)
def test_rows(file, kind, invented):
    recorded = json.loads((RECORDED / file).read_text())
    assert recorded[0].keys() >= invented[0].keys() >= FIELDS[kind]
    same = {name: recorded[0][name] for name in invented[0]}
    assert shape(same) == shape(invented[0])


@pytest.mark.parametrize(
    ("file", "kind", "as_reported"),
    [
        ("fundamentals_statements.json", "statements", False),
        ("fundamentals_statements_with_as_reported.json", "reported", True),
    ],
)
def test_statements(file, kind, as_reported):
    recorded = json.loads((RECORDED / file).read_text())
    invented = MARKET.statements(STOCK, as_reported)
    assert recorded[0].keys() == invented[0].keys() == FIELDS[kind]
    assert {q["quarter"] for q in invented} <= {q["quarter"] for q in recorded}
    fourth = next(q for q in recorded if q["quarter"] == 4)
    assert set(fourth["statementData"]) == set(invented[0]["statementData"])
    for name, items in invented[0]["statementData"].items():
        assert shape(fourth["statementData"][name]) == shape(items)
    # Filed, it is dated by the posting, and has no ratios.
    assert fourth["date"] == ("2020-02-04" if as_reported else "2019-12-31")


def test_the_list_of_tickers():
    with zipfile.ZipFile(RECORDED / "list_all_tickers.zip") as archive:
        [name] = archive.namelist()
        content = archive.read(name)
    assert content.decode().splitlines()[0] == LISTING_FIELDS == LISTINGS
    listings = read_listings(content)
    assert sum(map(len, listings.values())) == 80_657
    meta = json.loads((RECORDED / "fundamentals_meta.json").read_text())
    [company] = read_companies(meta, listings).values()
    assert (company.symbol, company.is_active, company.cik) == ("PG", True, "0000080424")
    assert company.listing.exchange == "NYSE"
