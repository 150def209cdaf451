"""Which statements count, and with which others: by the days their periods end."""

import pytest
from conftest import Project, case_market, needs_cases

# What ABT and AMAT have from quarters alone.
QUARTERLY = """
    ticker, date, asset_productivity, return_on_assets, return_on_equity, cash_flow_to_assets,
    net_margin, accruals, revenue_growth, revenue_growth_3y, earnings_growth, asset_growth,
    asset_growth_3y, equity_growth, share_growth, book_to_market, earnings_yield, sales_yield,
    total_assets, revenue, netinc
"""


@pytest.fixture(scope="module")
def panel_of(tmp_path_factory):
    """What statements come to in a case, built once."""
    built: dict[str, Project] = {}

    def panel(case: str) -> Project:
        if case not in built:
            folder = tmp_path_factory.mktemp(case)
            built[case] = Project(folder)
            built[case].run("--select", "+int_ratios", market=case_market(case, folder))
        return built[case]

    return panel


@needs_cases
def test_what_a_fiscal_year_is_called_changes_nothing(panel_of):
    rows = (
        f"select {QUARTERLY} from int_ratios left join int_latest_statements using (ticker, date)"
        " where ticker in ('ABT', 'AMAT') order by ticker, date"
    )
    before, after = panel_of("base").query(rows), panel_of("fiscal_year_change").query(rows)
    assert len(before) > 90
    assert after == before
    # AMAT, in millions: the quarters to October 2013 earned 34 - 129 + 168 + 183 on revenue of
    # 1573 + 1973 + 1975 + 1988 and assets of 12043.
    figures = "select {} from int_ratios where ticker = 'AMAT' and date = '{}'"
    [row] = panel_of("fiscal_year_change").query(
        figures.format("return_on_assets, asset_productivity", "2014-02-18")
    )
    assert row == pytest.approx((256 / 12043, 7509 / 12043))
    [row] = panel_of("fiscal_year_change").query(
        figures.format("round(return_on_assets, 4)", "2013-05-17")
    )
    assert row == (0.0022,)
    [row] = panel_of("fiscal_year_change").query(
        figures.format("round(revenue_growth, 3)", "2014-08-18")
    )
    assert row == (0.129,)


@needs_cases
def test_an_annual_statement_counts_until_the_next_is_due(panel_of):
    """In each of a year's four quarters as many stocks have ratios of an annual statement."""
    shares = panel_of("annual_statements_only").query(
        "select month(date), round(count(asset_productivity) / count(*), 2) from int_ratios"
        " where date > '2011-01-01' group by 1 order by 1"
    )
    assert [month for month, _ in shares] == [2, 5, 8, 11]
    assert {share for _, share in shares} == {0.96}
