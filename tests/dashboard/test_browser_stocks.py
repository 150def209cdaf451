import re

import pytest

from tests.dashboard.conftest import settle


@pytest.mark.slow
def test_pick_tickers_and_follow_the_link(page, browser, server):
    page.goto("/compare")
    settle(page)
    box = page.get_by_test_id("stMultiSelect").first
    before = box.locator("[data-baseweb=tag], [data-testid=stMultiSelectTag]").all_inner_texts()
    box.locator("input").click()
    page.get_by_role("option").nth(2).click()
    page.wait_for_url(re.compile("tickers="))
    settle(page)
    # The address alone shows a colleague the same view.
    address = page.url
    page.goto(address)
    settle(page)
    after = page.get_by_test_id("stMultiSelect").first.inner_text()
    assert all(ticker.strip() in after for ticker in before)
    page.get_by_test_id("stVegaLiteChart").wait_for()
    assert page.url == address


def test_filter_select_rows_and_read_why(page):
    page.goto("/stock_picker?rank=6")
    settle(page)
    assert "6 of" in page.get_by_test_id("stMetric").inner_text()
    table = page.get_by_test_id("stDataFrame").first
    box = table.bounding_box()
    for row in (1, 2):
        page.mouse.click(box["x"] + 15, box["y"] + 35 * row + 17)
        page.wait_for_function(
            "n => new URL(location).searchParams.getAll('selected').length == n", arg=row
        )
        settle(page)
    page.wait_for_function(
        "document.querySelectorAll('[data-testid=stVegaLiteChart] canvas, "
        "[data-testid=stVegaLiteChart] svg').length == 2"
    )
    page.get_by_text("Group by feature family").click()
    page.wait_for_url(re.compile("families=true"))
    settle(page)
    with page.expect_popup() as opened:
        page.get_by_test_id("stMarkdown").get_by_role("link").first.click()
    settle(opened.value)
    assert opened.value.get_by_role("heading", level=1, name="Ticker").is_visible()


@pytest.mark.slow
def test_ticker_at_another_horizon(page):
    page.goto("/ticker?horizon=36+months")
    settle(page)
    page.get_by_role("heading", name="Statements").wait_for()
    page.get_by_test_id("stMetric").nth(2).wait_for()
    page.get_by_test_id("stVegaLiteChart").first.wait_for()


def test_start_leads_to_the_ticker_and_to_the_evidence(page):
    page.goto("/?horizon=24+months")
    settle(page)
    table = page.get_by_test_id("stTable").first
    for link, title in (
        (table.get_by_role("link").first, "Ticker"),
        (page.get_by_role("link", name="All the evidence"), "Trust"),
    ):
        with page.expect_popup() as opened:
            link.click()
        settle(opened.value)
        assert opened.value.get_by_role("heading", level=1, name=title).is_visible()
        assert "horizon=24" in opened.value.url


@pytest.mark.slow
def test_through_the_navigation(page):
    page.goto("/")
    settle(page)
    links = page.get_by_test_id("stSidebarNavLink")
    for number in range(links.count()):
        title = links.nth(number).inner_text().split("\n")[-1].strip()
        links.nth(number).click()
        page.get_by_role("heading", level=1, name=title).wait_for()
        settle(page)


def test_in_dark(browser, server):
    context = browser.new_context(base_url=server, color_scheme="dark")
    page = context.new_page()
    page.goto("/")
    settle(page)
    color = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    assert color == "rgb(18, 22, 28)"
    context.close()


def test_a_direct_link_does_not_pass_the_password(browser, locked):
    context = browser.new_context(base_url=locked)
    page = context.new_page()
    for path in ("/", "/trust", "/stock_picker", "/ticker", "/sql", "/docs"):
        page.goto(path)
        page.locator("input[type=password]").wait_for()
        assert page.locator("h1").count() == 0
    page.locator("input[type=password]").fill("secret")
    page.get_by_role("button", name="Open").click()
    page.wait_for_selector("h1")
    context.close()
