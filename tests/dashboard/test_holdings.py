"""Holdings: how they are read, and what is forecast of them together."""

import io
import zipfile
from datetime import UTC, datetime

import duckdb
import numpy as np
import polars as pl
import pytest
from openpyxl import Workbook, load_workbook
from streamlit.testing.v1 import AppTest

from dashboard import holdings, holdings_queries
from dashboard.downloads import excel
from dashboard.holdings import SHARES, WEIGHTS, HoldingsError
from dashboard.portfolio import correlation_matrix, joint_forecast
from dashboard.publication import open_publication
from ml.learning.statistics import NORMAL_QUANTILES
from ml.warehouse.publishing import published_file
from tests.dashboard.conftest import HORIZON, run_page


@pytest.mark.parametrize(
    ("text", "amounts", "kind"),
    [
        ("aapl 40\nMSFT\t35", {"AAPL": 40, "MSFT": 35}, None),
        ("AAPL, 40 %\nMSFT, 60%", {"AAPL": 40, "MSFT": 60}, WEIGHTS),
        ("AAPL\nMSFT\n\n", {"AAPL": 1, "MSFT": 1}, None),
        ("Name;Symbol;Qty\nA;AA;1,234\nBRK;BRK-B;2,5", {"AA": 1234, "BRK-B": 2.5}, SHARES),
        ("ticker,weight\nA,0.5\na,0.25\nB,0", {"A": 0.75}, WEIGHTS),
        ("Symbol\nA\nB", {"A": 1, "B": 1}, None),
        ("M&M 1\nBRK/A 2", {"M&M": 1, "BRK/A": 2}, None),
        ("", {}, None),
    ],
)  # fmt: skip
def test_holdings_are_read_as_people_write_them(text, amounts, kind):
    if "\t" in text:
        text = text.replace("aapl 40", "aapl\t40")
    found = holdings.parse(text)
    assert found.amounts == pytest.approx(amounts)
    assert found.kind == kind
    assert holdings.parse(found.text).amounts == found.amounts
    assert holdings.from_csv(text.encode("utf-8-sig")) == found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("AAPL forty", "“forty” in line 1, of AAPL, is no number"),
        ("AAPL 1\nMSFT -2", "MSFT in line 2 is below zero: short positions are not forecast"),
        ("AAPL 1\nMSFT", "Some lines have a number and some have none"),
        ("<script> 1", "Line 1 begins with “<SCRIPT>”, which is no ticker"),
        ("A nan", "is no number"),
        ("A 1e999", "is no number"),
        ("\n".join(f"A{n}" for n in range(301)), "More than 300 holdings"),
    ],
)
def test_what_cannot_be_read_is_named_with_the_remedy(text, said):
    with pytest.raises(HoldingsError) as error:
        holdings.parse(text)
    assert said in str(error.value)


def test_an_excel_file_is_read_by_its_header():
    book = Workbook()
    for row in [["Account", "Symbol", "Qty"], ["x", "AAPL", 3], ["x", "MSFT", 1.5]]:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    found = holdings.from_excel(content.getvalue())
    assert found == holdings.Holdings({"AAPL": 3, "MSFT": 1.5}, SHARES)


def test_a_file_that_is_none_is_said():
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(25_000_000))
    for content, said in [
        (b"PK nothing", "no Excel workbook"),
        (bomb.getvalue()[:-30], "no Excel workbook"),
        (bomb.getvalue(), "unpacks to 25 MB"),
    ]:
        with pytest.raises(HoldingsError, match=said):
            holdings.from_excel(content)
    with pytest.raises(HoldingsError, match="is no text"):
        holdings.from_csv(b"\x81\x8d\x9d")


def test_a_joint_forecast_worked_by_hand():
    """Two halves, each with mean growth 1 and variance exp(s²) - 1 = 1/4.

    Apart, the variance is (1/4 + 1/4) / 4 = 1/8: the log has variance ln(9/8), and the median is
    1 / sqrt(9/8) = 0.9428. As one, it is 1/4 as that of either: the median is 1 / sqrt(5/4).
    """
    std = np.full(2, np.sqrt(np.log(1.25)))
    halves, means = np.full(2, 0.5), -(std**2) / 2
    apart = joint_forecast(halves, means, std, np.eye(2), NORMAL_QUANTILES)
    assert apart.std**2 == pytest.approx(np.log(9 / 8))
    assert apart.median_return == pytest.approx((8 / 9) ** 0.5 - 1)
    assert apart.risk_shares.tolist() == [0.5, 0.5]
    as_one = joint_forecast(halves, means, std, np.ones((2, 2)), NORMAL_QUANTILES)
    assert as_one.median_return == pytest.approx(0.8**0.5 - 1)
    # Weights 3/4 and 1/4, apart: variances 9/64 and 1/64, so nine tenths of the risk.
    uneven = joint_forecast(np.array([0.75, 0.25]), means, std, np.eye(2), NORMAL_QUANTILES)
    assert uneven.risk_shares.tolist() == pytest.approx([0.9, 0.1])


def test_a_joint_forecast_is_what_simulated_portfolios_do():
    generator = np.random.default_rng(1)
    stocks, years = 12, 40_000
    weights = generator.dirichlet(np.ones(stocks))
    means, stds = generator.normal(0, 0.05, stocks), generator.uniform(0.2, 0.5, stocks)
    correlations = np.full((stocks, stocks), 0.2) + 0.8 * np.eye(stocks)
    draws = generator.multivariate_normal(means, correlations * np.outer(stds, stds), years)
    growth = np.exp(draws) @ weights
    joint = joint_forecast(weights, means, stds, correlations, NORMAL_QUANTILES)
    for percent in (2.5, 16, 84, 97.5):
        assert np.mean(growth - 1 < joint.bound(percent)) == pytest.approx(percent / 100, abs=0.01)
    assert np.mean(growth > 1) == pytest.approx(joint.chance_of_beating_spy, abs=0.01)


def test_pairs_without_history_move_as_the_others_do():
    matrix = correlation_matrix(["A", "B", "C"], [("A", "B", 0.2), ("C", "A", 0.4)])
    assert matrix.tolist() == [
        [1.0, 0.2, 0.4],
        [0.2, 1.0, pytest.approx(0.3)],
        [0.4, pytest.approx(0.3), 1.0],
    ]


def open_page(published, monkeypatch, **parameters: str | list[str]) -> AppTest:
    monkeypatch.setenv("PUBLISHED", str(published))
    return run_page("holdings", **parameters)


def test_a_portfolio_of_one_stock_has_its_forecast(published, monkeypatch, listed):
    row = listed.row(3, named=True)
    app = open_page(published, monkeypatch, holdings=f"{row['ticker'].lower()} 7")
    assert app.metric[0].value == f"{row['predicted_median_return']:+.1%}"
    cards = [caption.value for caption in app.caption if "Chance of beating" in caption.value]
    assert f"68 %: {row['lower_68']:+.1%} to {row['upper_68']:+.1%}" in cards[0]
    assert f"95 %: {row['lower_95']:+.1%} to {row['upper_95']:+.1%}" in cards[0]
    assert f"SPY {row['chance_of_beating_spy']:.0%}" in cards[0]


def test_shares_count_at_the_newest_price(publication, listed):
    one, other = listed["ticker"][:2].to_list()
    prices = dict(
        publication.query(
            "select ticker, arg_max(adj_close, date) from weekly_prices group by 1"
        ).rows()
    )
    weights = dict(holdings_queries.held(publication, [one, other], [3.0, 1.0], True).rows())
    assert weights[one] / weights[other] == pytest.approx(3 * prices[one] / prices[other])
    assert sum(weights.values()) == pytest.approx(1)


def test_correlations_are_those_of_weekly_excess_returns(publication, listed):
    one, other = sorted(listed["ticker"][:2].to_list())
    [found] = holdings_queries.correlations(publication, [other, one]).rows()
    weeks = publication.query(
        "pivot (select date, ticker, ln(price_to_spy) as p from weekly_prices"
        " where date > (select max(date) from weekly_prices) - interval 3 years)"
        " on ticker using any_value(p) order by date"
    ).select(one, other)
    returns = weeks.with_columns(pl.all().diff()).drop_nulls()
    assert found == (one, other, pytest.approx(np.corrcoef(*returns.to_numpy().T)[0, 1], abs=0.02))


def test_exposures_and_drivers_of_all_stocks_are_those_of_the_market(publication, listed):
    tickers = listed["ticker"].to_list()
    weights = [1 / len(tickers)] * len(tickers)
    for frame in (
        holdings_queries.exposures(publication, tickers, weights),
        holdings_queries.sectors(publication, tickers, weights),
        holdings_queries.family_contributions(publication, HORIZON, tickers, weights),
    ):
        assert frame["held"].to_list() == pytest.approx(frame["all_stocks"].to_list())
    assert "value" in frame["family"]
    assert "factor score" not in frame["family"]


def test_contributions_and_bias_add_up_to_the_weighted_forecast(publication, listed):
    one, other = listed.head(2).rows(named=True)
    tickers = [one["ticker"], other["ticker"]]
    families = holdings_queries.family_contributions(publication, HORIZON, tickers, [0.75, 0.25])
    [[bias]] = publication.query(
        "select distinct bias from ticker_shap where model_id = ?", one["model_id"]
    ).rows()
    forecast = 0.75 * one["predicted_mean"] + 0.25 * other["predicted_mean"]
    assert families["held"].sum() / 100 + bias == pytest.approx(forecast)


def test_unknown_tickers_are_said_and_what_cannot_be_read_too(published, monkeypatch, listed):
    ticker = listed["ticker"][0]
    app = open_page(published, monkeypatch, holdings=f"{ticker} 1\nNOSUCH 2", watch="ALSONOT")
    said = " ".join(warning.value for warning in app.warning)
    assert "Not forecast in this market, and left out: NOSUCH." in said
    assert "Not forecast in this market: ALSONOT." in said
    app = open_page(published, monkeypatch, holdings="A one")
    assert "is no number" in app.error[0].value


def test_an_example_is_offered(published, monkeypatch, listed):
    app = open_page(published, monkeypatch)
    app.button[0].click().run()
    assert not app.exception
    assert app.text_area(key="holdings").value.startswith(f"{listed['ticker'][0]} 20\n")
    assert app.query_params["holdings"] == app.text_area(key="holdings").value
    assert app.header[0].value == "Which to look at"


@pytest.fixture
def with_an_earlier_training(published, tmp_path, listed):
    """A published file whose record holds the forecasts of an earlier model, all 0.02 lower.

    It is explained too: all of the difference is that of momentum.
    """
    file = tmp_path / "earlier.duckdb"
    file.write_bytes(published_file(published.parent).read_bytes())
    trained_at = datetime(2020, 1, 1, tzinfo=UTC)
    with duckdb.connect(str(file)) as con:
        con.execute("delete from published_forecasts")
        con.execute(
            """
            insert into published_forecasts by name
            select
                ticker, pred_col, date, 'earlier' as model_id, $1 as trained_at,
                $1 as published_at, predicted_mean, predicted_std / 2 as predicted_std,
                predicted_median_return - 0.02 as predicted_median_return,
                forecast_rank + 3 as forecast_rank, 43 as forecasts_ranked
            from latest_forecasts
            """,
            [trained_at],
        )
        con.execute(
            """
            insert into forecast_changes by name
            select
                ticker, pred_col, 'momentum_score' as driver, model_id,
                'earlier' as earlier_model_id, 0.02 as difference
            from latest_forecasts where pred_col = $1
            """,
            [HORIZON],
        )
    return file


def test_what_changed_since_the_training_before(with_an_earlier_training, monkeypatch, listed):
    ticker = listed["ticker"][4]
    publication = open_publication(with_an_earlier_training)
    [row] = holdings_queries.changes(publication, HORIZON, [ticker]).rows(named=True)
    assert row["change"] == pytest.approx(0.02)
    assert row["risk_change"] == pytest.approx(1)
    assert row["earlier_rank"] - row["forecast_rank"] == 3
    assert row["families"] == [{"family": "momentum", "change": pytest.approx(2)}]
    app = open_page(with_an_earlier_training, monkeypatch, watch=ticker)
    [table] = [frame.value for frame in app.dataframe if "why" in frame.value.columns]
    assert table["why"].to_list() == ["momentum +2.00"]
    assert table["places"].to_list() == [3]


def test_without_an_earlier_training_the_page_says_so(published, monkeypatch, listed):
    app = open_page(published, monkeypatch, watch=listed["ticker"][0])
    assert any("No earlier training" in info.value for info in app.info)


def test_a_workbook_holds_no_formula_and_takes_any_value():
    frame = pl.DataFrame(
        {
            "=name": ["=1+1", "\x00bad"],
            "number": [float("nan"), 1.5],
            "when": [datetime(2026, 1, 1, tzinfo=UTC), None],
            "list": [[1], None],
        }
    )
    sheet = load_workbook(
        io.BytesIO(excel({"BRK/A, a name of more than thirty-one letters": frame}))
    )
    rows = list(sheet.worksheets[0].iter_rows())
    assert [cell.data_type for cell in rows[0]] == ["s"] * 4
    assert [cell.value for cell in rows[1]] == ["=1+1", None, datetime(2026, 1, 1), "[1]"]
    assert rows[1][0].data_type == "s"
    assert [cell.value for cell in rows[2]] == ["bad", 1.5, None, None]
