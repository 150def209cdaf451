import re

import pytest

from tests.dashboard.conftest import processes, settle, wait_until, workers


def run_query(page, sql):
    page.get_by_role("textbox", name="Query").fill(sql)
    page.get_by_role("button", name="Run").click()
    page.wait_for_url(re.compile("query="))


def test_ask_and_share_the_answer(page):
    page.goto("/sql")
    settle(page)
    run_query(page, "select 6 * 7 as answer, count(*) as forecasts from latest_forecasts")
    page.get_by_text("1 row", exact=True).wait_for()
    address = page.url
    page.goto("/docs")
    settle(page)
    page.goto(address)
    settle(page)
    assert "6 * 7" in page.get_by_role("textbox", name="Query").input_value()
    page.get_by_text("This query came with the link").wait_for()
    page.get_by_role("button", name="Run").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV", exact=True).click()
    assert download.value.path().read_text().splitlines()[0] == "answer,forecasts"


def test_a_query_ends_with_the_next_one_and_with_its_tab(browser, server):
    endless = "select count(*) from range(10000000000) a, range(9) b"
    [dashboard] = processes("-f", f"dashboard --server.port {server.rpartition(':')[2]}")
    context = browser.new_context(base_url=server)
    page = context.new_page()
    page.goto("/sql")
    settle(page)
    run_query(page, endless)
    wait_until(lambda: workers(dashboard))
    first = workers(dashboard)
    run_query(page, f"{endless} -- once more")
    wait_until(lambda: workers(dashboard) - first)
    wait_until(lambda: not workers(dashboard) & first)
    context.close()
    wait_until(lambda: not workers(dashboard))


def test_what_is_forbidden_says_why(page):
    page.goto("/sql")
    settle(page)
    run_query(page, "attach '/tmp/other.duckdb'")
    page.get_by_test_id("stAlert").get_by_text("ATTACH would open another file").wait_for()


@pytest.mark.slow
def test_sections_of_a_model(page):
    page.goto("/models")
    settle(page)
    for section in ("Features", "Data", "Parameters", "Accuracy"):
        page.get_by_test_id("stButtonGroup").get_by_text(section, exact=True).click()
        page.wait_for_function(
            "s => location.search.includes(s) || (s == 'Accuracy'"
            " && !/Features|Data|Parameters/.test(location.search))",
            arg=section,
        )
        settle(page)


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/backtest?weighting=Value", "/holdout_study"])
def test_pages_of_studies_draw_their_charts(page, path):
    page.goto(path)
    settle(page)
    page.get_by_test_id("stVegaLiteChart").first.wait_for()
