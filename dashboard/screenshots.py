"""`make screenshots`: a picture of each page in docs/screenshots, of what was published last."""

import os
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from dashboard.password import NAME
from dashboard.pointers import PublicationError, find_publications

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "screenshots"
PORT = 8599
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
# Picture: address, colour scheme, height in pixels.
PICTURES = {
    "start": ("/", "light", 1250),
    "start_dark": ("/", "dark", 1250),
    "track_record": ("/track_record", "light", 1600),
    "trust": ("/trust", "light", 2600),
    "compare": ("/compare", "light", 900),
    "compare_dark": ("/compare", "dark", 900),
    "stock_picker": ("/stock_picker", "light", 1250),
    "ticker": ("/ticker", "light", 1250),
    "holdings": ("/holdings", "light", 1500),
    "models": ("/models", "light", 1100),
    "backtest": ("/backtest", "light", 1000),
    "holdout_study": ("/holdout_study", "light", 1000),
    "sql": ("/sql", "dark", 900),
    "docs": ("/docs", "light", 900),
}


def main() -> None:
    """Start a dashboard, take the pictures, stop it."""
    try:
        find_publications()
    except PublicationError as error:
        sys.exit(str(error))
    FOLDER.mkdir(parents=True, exist_ok=True)
    arguments = ["-m", "dashboard", "--server.port", str(PORT)]
    environment = {name: value for name, value in os.environ.items() if name != NAME}
    process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=environment)
    try:
        _wait_for_server()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            for name, (address, scheme, height) in PICTURES.items():
                if not (ROOT / "dashboard" / "views" / f"{_view(name)}.py").is_file():
                    continue
                page = browser.new_page(
                    base_url=f"http://localhost:{PORT}",
                    viewport={"width": 1400, "height": height},
                    color_scheme="dark" if scheme == "dark" else "light",
                )
                page.goto(address)
                _settle(page)
                if name == "stock_picker":
                    _select_rows(page)
                if name == "holdings":
                    page.get_by_role("button", name="best forecasts").click()
                    _settle(page)
                page.screenshot(path=FOLDER / f"{name}.png")
                page.close()
            browser.close()
    finally:
        process.terminate()
        process.wait()


def _view(name: str) -> str:
    return re.sub("_dark$", "", name)


def _wait_for_server() -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://localhost:{PORT}/_stcore/health").close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("The dashboard did not start.")


def _settle(page: Page) -> None:
    page.wait_for_selector("h1")
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    page.wait_for_timeout(1500)


def _select_rows(page: Page) -> None:
    box = page.get_by_test_id("stDataFrame").first.bounding_box()
    assert box is not None
    for row in (1, 2):
        page.mouse.click(box["x"] + 15, box["y"] + 35 * row + 17)
        _settle(page)


main()
