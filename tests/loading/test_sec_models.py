import shutil
import subprocess
from pathlib import Path

import duckdb
import pytest
from sec_fixture import write_sec

from benchmarks.edgar_agreement import (
    agreement,
    compare,
    filing_dates,
    items_of_whole_file,
    run_models,
    unpack,
)

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared"

needs_facts = pytest.mark.skipif(
    not (SHARED / "edgar").is_dir() or not (SHARED / "market").is_dir(),
    reason="the SEC's facts and the real market are not on this machine",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    # One for all, so that dbt parses the project once.
    return tmp_path_factory.mktemp("sec")


def build(folder, write):
    raw = folder / "raw's [SEC]"
    shutil.rmtree(raw, ignore_errors=True)
    write(raw)
    return shutil.copy(run_models(raw, folder), folder / f"{write.__name__}.duckdb")


@pytest.fixture(scope="module")
def invented(folder):
    with duckdb.connect(build(folder, write_sec), read_only=True) as con:
        yield con


def values(con, ticker, item, quarter):
    return con.execute(
        "select date::varchar, year, value, filing_date::varchar from sec_fundamentals_statements"
        " where ticker = $1 and dataCode = $2 and quarter = $3 order by date, filing_date",
        [ticker, item, quarter],
    ).fetchall()


def test_fourth_quarter_is_known_with_the_year_of_53_weeks(invented):
    # A year of 1,000, then 1,100 and 1,200: quarters of a fourth. Comparatives add no rows.
    assert values(invented, "AAA", "revenue", 4) == [
        ("2018-12-30", 2018, 250, "2019-02-08"),
        ("2020-01-05", 2019, 275, "2020-02-14"),
        ("2021-01-03", 2020, 300, "2021-02-12"),
    ]
    assert values(invented, "AAA", "revenue", 0)[1] == ("2020-01-05", 2019, 1100, "2020-02-14")
    # Assets of 5,000 less equity of 2,000.
    assert values(invented, "AAA", "totalLiabilities", 1)[0][2] == 3000


def test_bank_and_foreign_company_are_read_by_their_own_tags(invented):
    # Interest of 300 and fees of 100 a year.
    assert values(invented, "BBB", "revenue", 1)[0] == ("2018-04-01", 2018, 100, "2018-05-11")
    assert values(invented, "CCC", "revenue", 0)[0] == ("2018-12-31", 2018, 700, "2019-03-20")


def test_companies_have_sectors_currencies_and_no_preferred_stock(invented):
    assert invented.execute(
        'select ticker, sector, "reportingCurrency", "isADR" from sec_fundamentals_meta order by 1'
    ).fetchall() == [
        ("AAA", "Information Technology", "USD", False),
        ("BBB", "Financials", "USD", False),
        ("CCC", None, "EUR", True),
    ]


def test_damaged_answer_is_named(folder, capfd):
    def write_damaged(raw):
        write_sec(raw)
        file = raw / "sec" / "companyfacts" / "CIK0000000022.json"
        file.write_text(file.read_text()[:-3])

    with pytest.raises(subprocess.CalledProcessError):
        build(folder, write_damaged)
    assert "CIK0000000022.json" in capfd.readouterr().out


@needs_facts
def test_genuine_facts_agree_with_the_real_market(folder):
    def write_genuine(raw):
        unpack(SHARED / "edgar", raw)

    con = compare(build(folder, write_genuine), SHARED / "market")
    for item, _, quarters, agree, _, in_time, like_for_like, _ in agreement(con):
        assert quarters > 800
        # Capital expenditure of the market is net of what property was sold for.
        assert item == "capex" or min(agree, in_time) >= 95, item
        assert like_for_like >= 95, item
    quarters, same = filing_dates(con)
    assert quarters > 1000
    assert same >= 99
    assert items_of_whole_file(con)[0] >= 70
