import io
import re

import pytest
from openpyxl import Workbook, load_workbook

from dashboard.publication import open_publication
from tests.dashboard.conftest import settle


@pytest.fixture
def tickers(published):
    """Two tickers of the market."""
    publication = open_publication(published)
    return publication.query("select distinct ticker from latest_forecasts order by 1 limit 2")[
        "ticker"
    ].to_list()


def test_a_file_is_read_by_the_browser_and_kept_in_the_address(page, tickers):
    book = Workbook()
    for row in [["Symbol", "Shares"], [tickers[0], 30], [tickers[1], 10]]:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    uploads = []
    page.on("request", lambda r: uploads.append(r.url) if r.method != "GET" else None)
    page.goto("/holdings")
    settle(page)
    file = {"name": "mine.xlsx", "mimeType": "application/x", "buffer": content.getvalue()}
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("heading", name="Which to look at").wait_for()
    assert page.get_by_role("textbox", name=re.compile("^Tickers")).input_value() == (
        f"{tickers[0]} 30\n{tickers[1]} 10"
    )
    assert uploads == []
    page.wait_for_url(re.compile(r"holdings=.*amounts=Shares|amounts=Shares.*holdings="))
    address = page.url
    page.goto("/docs")
    page.goto(address)
    page.get_by_role("heading", name="Which to look at").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="All of this page as Excel").click()
    sheets = load_workbook(io.BytesIO(download.value.path().read_bytes())).sheetnames
    assert sheets[:2] == ["joint forecast", "holdings"]


def test_a_file_that_is_too_large_or_none_is_said(page, server):
    page.goto("/holdings")
    settle(page)
    large = {"name": "a.csv", "mimeType": "text/csv", "buffer": b"A 1\n" * 200_000}
    page.locator("input[type=file]").set_input_files(large)
    page.get_by_text("The file is larger than 600 kB").wait_for()
    none = {"name": "a.xlsx", "mimeType": "application/x", "buffer": b"nothing"}
    page.locator("input[type=file]").set_input_files(none)
    page.get_by_text("The file is no Excel workbook").wait_for()


def test_a_tear_sheet_prints_on_two_pages(page):
    page.goto("/ticker")
    settle(page)
    page.get_by_role("heading", name="Statements").wait_for()
    page.get_by_test_id("stVegaLiteChart").first.wait_for()
    paper = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b(?!s)", paper)) == 2
    page.emulate_media(media="print")
    for hidden in ("What if", "Drivers over time"):
        assert not page.get_by_role("heading", name=hidden).is_visible()
    assert page.get_by_role("heading", name="Peers").is_visible()
