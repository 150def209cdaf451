"""Which stocks a load is for."""

import pytest

from loading.errors import LoadError
from loading.universe import Choice, choose, read_companies, read_listings

LISTINGS = b"""ticker,exchange,assetType,priceCurrency,startDate,endDate
AAA,NYSE,Stock,USD,2000-01-03,2026-03-06
BBB,NASDAQ,Stock,USD,2010-01-04,2026-03-06
FB,BATS,ETF,USD,2025-01-02,2026-03-06
META,NASDAQ,Stock,USD,2012-05-18,2026-03-06
GONE,NYSE,Stock,USD,2001-01-02,2015-06-30
GM,NYSE,Stock,USD,2010-11-18,2026-03-06
GM,NYSE,Stock,USD,1980-01-02,2009-06-01
000001,SHE,Stock,CNY,2007-08-30,2026-03-06
EMPTY,,,,,
"""
COMPANIES = [
    {"permaTicker": "US1", "ticker": "aaa", "isActive": True},
    {"permaTicker": "US2", "ticker": "bbb", "isActive": True},
    # A company that changed its symbol stands there once for each.
    {"permaTicker": "US3", "ticker": "fb", "isActive": False},
    {"permaTicker": "US3", "ticker": "meta", "isActive": True},
    {"permaTicker": "US4", "ticker": "gone", "isActive": False},
    {"permaTicker": "US5", "ticker": "gm", "isActive": True},
    {"permaTicker": "US6", "ticker": "gm", "isActive": False},
    {"permaTicker": "US7", "ticker": None, "isActive": True},
]
TRADED = {"AAA": 5.0, "BBB": 9.0, "META": 7.0, "GM": 1.0, "GONE": 99.0}


def chosen(**choice) -> tuple[list[str], list[str]]:
    listings = read_listings(LISTINGS)
    companies = read_companies(COMPANIES, listings)
    found, unknown = choose(Choice(**choice), companies, listings, TRADED)
    return [company.key for company in found], unknown


def test_all_stocks_of_the_us_and_those_that_left():
    assert chosen() == (["US1", "US2", "US3", "US4", "US5", "US6"], [])


def test_only_those_that_are_listed():
    assert chosen(with_delisted=False) == (["US1", "US2", "US3", "US5"], [])


def test_of_an_exchange_with_the_former_company_of_a_symbol():
    assert chosen(exchanges=("NYSE",)) == (["US1", "US4", "US5", "US6"], [])


def test_the_largest_are_listed_today():
    assert chosen(largest=2) == (["US2", "US3"], [])


def test_an_exchange_that_does_not_exist_is_named():
    with pytest.raises(LoadError, match="no exchange is called NISE: give some of BATS, NASDAQ"):
        chosen(exchanges=("NISE",))


def test_a_file_of_tickers(tmp_path):
    file = tmp_path / "tickers.csv"
    file.write_text("ticker,name\naaa,A\nGM # the one of today\nUS6\nFB\n000001\nNOPE\nSPY\n")
    assert chosen(tickers=file) == (
        ["US1", "US5", "US6"],
        [
            "FB: Tiingo has it as a fund or a foreign listing",
            "000001: Tiingo has it as a fund or a foreign listing",
            "NOPE: Tiingo does not know it",
        ],
    )


def test_a_company_has_the_symbol_that_it_has_now():
    companies = read_companies(COMPANIES, read_listings(LISTINGS))
    assert companies["US3"].symbol == "META"
    assert companies["US3"].is_active
    # The listing of the symbol's former company is the older one.
    assert str(companies["US6"].listing.end) == "2009-06-01"
    assert str(companies["US5"].listing.end) == "2026-03-06"
