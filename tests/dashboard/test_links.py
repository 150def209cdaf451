"""Links show what they showed, or say that they cannot; commands on pages are of their market."""

import json
import shlex
import shutil
from datetime import UTC, date, datetime

import polars as pl
import pytest
import yaml
from streamlit.testing.v1 import AppTest

from dashboard import addresses, commands
from dashboard.publication import open_publication
from dashboard.sidebar import OLD_PRICES, OLD_STATEMENTS, data_age, market_names
from ml.warehouse.publishing import published_file
from tests.dashboard.conftest import run_page

OLDER = "20260102T030405000006"


@pytest.fixture
def two(published, tmp_path, monkeypatch):
    """Folder of two markets: `new_0a1b2c`, published twice, and `old`, published before."""
    file = published_file(published.parent)
    for market in ("old", "new_0a1b2c"):
        folder = tmp_path / market
        folder.mkdir()
        for name in (f"{OLDER}.duckdb", file.name):
            (folder / name).hardlink_to(file)
        (folder / "latest").write_text(file.name)
    monkeypatch.delenv("PUBLISHED", raising=False)
    monkeypatch.setattr("dashboard.pointers.PUBLISHED", tmp_path)
    return tmp_path


def warned(app: AppTest) -> str:
    return " ".join(warning.value for warning in app.warning)


def test_a_ticker_that_is_unknown_is_said_and_no_other_is_shown(two):
    app = run_page("ticker", ticker="ZZZZ")
    assert warned(app) == "ZZZZ is no ticker of this market: choose another."
    assert app.selectbox(key="ticker").value is None
    assert not app.header
    app.selectbox(key="horizon").select_index(1).run()
    assert warned(app) == "ZZZZ is no ticker of this market: choose another."
    app.selectbox(key="ticker").select_index(0).run()
    assert not app.warning
    assert app.header


def test_upper_and_lower_case_of_a_ticker_are_alike(two, published):
    publication = open_publication(published)
    [ticker] = publication.query("select max(ticker) from latest_forecasts").row(0)
    app = run_page("ticker", ticker=ticker.lower())
    assert app.selectbox(key="ticker").value == ticker
    assert app.query_params["ticker"] == ticker
    app = run_page("compare", tickers=[ticker.lower(), "ZZZZ"])
    assert app.multiselect(key="tickers").value == [ticker]
    assert warned(app) == "No tickers of this market: ZZZZ."


def test_an_address_names_all_that_is_shown(two, published):
    app = run_page("ticker")
    assert app.query_params["market"] in ("new", "old")
    assert app.query_params["published"] == published_file(published.parent).stem
    assert app.query_params["horizon"] == "12 months"
    assert app.query_params["ticker"] == app.selectbox(key="ticker").value


def test_a_horizon_that_no_model_has_is_said(two):
    app = run_page("ticker", horizon="48 months")
    assert warned(app) == "No model forecasts over 48 months: this is 12 months."


def test_a_link_to_an_earlier_publication_shows_it_as_long_as_it_is_kept(two):
    app = run_page("compare", market="old", published=OLDER)
    assert warned(app).startswith("The link shows what was published on 2 Jan 2026 at 03:04 UTC.")
    assert app.query_params["published"] == OLDER
    app.button(key="show_newest").click().run()
    assert not app.warning
    assert app.query_params["published"] != OLDER
    (two / "old" / f"{OLDER}.duckdb").unlink()
    app = run_page("compare", market="old", published=OLDER)
    assert "which is no longer kept. This is what was published on" in warned(app)


def test_the_name_of_a_publication_leads_to_no_other_folder(two):
    app = run_page("compare", market="old", published=f"../new_0a1b2c/{OLDER}")
    assert "no longer kept" in warned(app)


def test_a_market_of_a_link_stays_when_another_one_is_newer(two):
    for market, name in (("old", "old"), ("new", "new"), ("new_0a1b2c", "new")):
        app = run_page("compare", market=market)
        assert app.query_params["market"] == name
    app = run_page("compare", market="elsewhere")
    assert app.error[0].value.startswith("The market elsewhere of this link is not published here")


def test_markets_of_one_name_are_told_apart():
    names = market_names(["market_2024_0a1b2c", "data_0a1b2c", "data_ffffff", "simulated"])
    assert list(names.values()) == ["market 2024", "data_0a1b2c", "data_ffffff", "simulated"]


def test_a_link_of_a_page_names_market_and_publication(published):
    publication = open_publication(published)
    stem = publication.file.stem
    address = addresses.link("ticker", publication, ticker="A&B", horizon="12 months")
    assert address == f"ticker?market=warehouse&published={stem}&ticker=A%26B&horizon=12%20months"


def test_a_command_names_the_market_and_its_vars_and_can_be_pasted(published, monkeypatch):
    publication = open_publication(published)
    history = pl.DataFrame(
        {
            "node": ["model.stock_forecasts.published", "model.stock_forecasts.published"],
            "status": ["success", "skipped"],
            "invoked_at": [datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)],
            "vars": [
                json.dumps(
                    {"market": "../it's $5", "steps": None, "cutoff_date": "2024-06-30"}
                    | {"holdout_groups": "each", "keep_builds": False}
                    | {"compute": "tcp://10.0.0.1:8786"}
                ),
                json.dumps({"market": "another"}),
            ],
        }
    )
    monkeypatch.setattr(commands, "run_history", lambda publication: history)
    command = commands.dbt_command(
        publication, "--select", "ticker_shap+", holdout_tickers=["ON"], shap_since=date(2005, 1, 1)
    )
    *words, settings = shlex.split(command)
    assert words == ["dbt", "build", "--select", "ticker_shap+", "--vars"]
    assert yaml.safe_load(settings) == {
        "market": "../it's $5",
        "steps": 20,
        "holdout_tickers": ["ON"],
        "shap_since": date(2005, 1, 1),
    }


def test_pages_offer_commands_of_their_market(published, monkeypatch):
    monkeypatch.setenv("PUBLISHED", str(published))
    command = run_page("holdout_study").code[0].value
    settings = yaml.safe_load(shlex.split(command)[-1])
    assert settings["simulated_tickers"] == 40
    assert settings["steps"] == 20
    assert len(settings["holdout_tickers"]) == 1


def test_where_nothing_is_known_of_the_build_the_command_has_the_steps(published, tmp_path):
    alone = tmp_path / "alone.duckdb"
    shutil.copy(published_file(published.parent), alone)
    command = commands.dbt_command(open_publication(alone), backtest_folds=5)
    assert yaml.safe_load(shlex.split(command)[-1])["steps"] == 20


def test_the_age_of_the_data_is_named_and_marked_when_old(published):
    publication = open_publication(published)
    [(prices, statements)] = publication.query(
        "select max(date), (select max(date - statement_age_days::integer) from features)"
        " from weekly_prices"
    ).rows()
    texts, old = zip(*data_age(publication, prices + OLD_PRICES), strict=True)
    assert texts[0].startswith("prices to ")
    assert old[0] is False
    assert data_age(publication, prices + OLD_PRICES * 2)[0][1]
    assert not data_age(publication, statements + OLD_STATEMENTS)[1][1]
    assert data_age(publication, statements + OLD_STATEMENTS * 2)[1][1]
