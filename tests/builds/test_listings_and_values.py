"""Small markets after public reports: symbols used again, values that cannot be read, items."""

import importlib.util

import pytest
from conftest import CASES, Project, needs_cases

pytestmark = needs_cases


@pytest.fixture(scope="module")
def cases():
    spec = importlib.util.spec_from_file_location("cases", CASES)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def market_of(cases, folder, *names, sql=()) -> str:
    """The market that has all these cases, and what the SQL does to its tables."""
    con = cases.base()
    for name in names:
        cases.CASES[name](con)
    for statement in sql:
        con.execute(statement)
    cases.write(con, folder / "market")
    return str(folder / "market")


@pytest.fixture(scope="module")
def mixed(cases, tmp_path_factory) -> Project:
    """What the input tables become where five cases meet and one item is unknown."""
    project = Project(tmp_path_factory.mktemp("mixed"))
    market = market_of(
        cases,
        project.folder,
        "symbol_reused",
        "free_plan",
        "item_names_in_lower_case",
        "split_not_adjusted",
        "thousands_marks",
        sql=[
            "update fundamentals_statements set dataCode = 'Wages' where dataCode = 'sga'",
            "create or replace table fundamentals_daily as"
            " select * replace ('inf'::double as pbRatio) from fundamentals_daily",
        ],
    )
    project.run("--select", "+rejected_rows", "+int_companies", market=market)
    result = project.dbt(
        "test",
        "--select",
        "assert_items_are_known",
        "assert_no_split_was_forgotten",
        "assert_few_rows_rejected",
        market=market,
    )
    project.said = " ".join(result.stdout.split())
    return project


def test_a_symbol_used_again_keeps_only_its_own_rows(mixed):
    """ALK has 758 prices before March 2008, and 1,260 daily values before 2010; ADM 821 of each."""
    assert mixed.query(
        """
        select table_name, is_in_scope, split_part(key, ' ', 1) as ticker, count(*)
        from rejected_rows where reason like '%before its ticker was listed'
        and table_name <> 'fundamentals_statements' group by all order by all
        """
    ) == [
        ("daily_adjusted", True, "ADM", 821),
        ("daily_adjusted", True, "ALK", 758),
        ("fundamentals_daily", False, "ADM", 821),
        ("fundamentals_daily", False, "ALK", 1260),
    ]
    assert mixed.query(
        "select ticker, listed_from::varchar from int_companies"
        " where listed_from is not null order by 1"
    ) == [("ADM", "2008-06-01"), ("ALK", "2010-03-01")]
    assert mixed.query(
        "select count(*) > 0, min(known_from) < '2005-06-01', max(known_from) < '2010-03-01'"
        " from (select coalesce(filing_date, period_end"
        " + if(fiscal_quarter between 1 and 3, 45, 90)) as known_from"
        " from base_fundamentals_statements where ticker = 'ALK'"
        " and reason = 'known before its ticker was listed')"
    ) == [(True, True, True)]


def test_what_a_plan_does_not_include_is_null(mixed):
    assert mixed.query(
        "select count(*), count(sector), count(industry), count(location) from int_companies"
        " where ticker < 'AD'"
    ) == [(5, 0, 0, 0)]


def test_items_are_matched_whatever_their_capitals(mixed):
    assert mixed.query(
        "select count(*) > 1000 from base_fundamentals_statements"
        " where data_code = 'totalAssets' and reason is null"
    ) == [(True,)]
    assert "has an item that is unknown and used by no feature (rows in brackets): Wages (" in (
        mixed.said
    )


def test_a_test_that_warns_names_what_is_against_it(mixed):
    assert (
        "Each statement item is one that the project knows: 1 row is against it: data_code Wages,"
        " row_count "
    ) in mixed.said


def test_a_split_that_the_vendor_forgot_is_named(mixed):
    assert "for good, once: ALL on 2014-06-02 (times 20.1)" in mixed.said


def test_a_column_that_cannot_be_read_stops_the_build(mixed):
    assert (
        "column marketCap of table fundamentals_daily: 96 % of its values (87,677 of 90,878)"
        " cannot be used, most often for the reason 'marketCap is not a number': correct the"
        " column, or raise var rejected_share_error"
    ) in mixed.said
    assert "column pbRatio of table fundamentals_daily: 100 % of its values (" in mixed.said
    assert "Failure in test assert_few_rows_rejected" in mixed.said


def test_years_of_two_digits_and_missing_items_stop_the_build(cases, project, tmp_path):
    market = market_of(
        cases,
        tmp_path,
        "two_digit_years",
        sql=["delete from fundamentals_statements where dataCode in ('ncfo', 'equity')"],
    )
    result = project.dbt(
        "run", "--select", "+base_daily_adjusted", "+base_fundamentals_statements", market=market
    )
    said = " ".join(result.stdout.split())
    assert result.returncode != 0
    assert "99,230 rows, set aside most often for the reason 'date before 1900'" in said
    assert (
        "table fundamentals_statements has no usable value of equity, ncfo: these items are needed"
    ) in said
