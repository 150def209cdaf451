import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from streamlit.testing.v1 import AppTest

from dashboard.publication import Publication, open_publication
from tests.builds.conftest import ROOT, TINY, Project, build_tiny, built_once

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
)
VIEWS = ROOT / "dashboard" / "views"
HORIZON = "excess_return_ln_12m"


@pytest.fixture(scope="session")
def published(tmp_path_factory) -> Path:
    """The pointer to a published market of 40 stocks: history explained, backtested, time travel.

    Built once, whichever worker comes first.
    """
    tiny = built_once(tmp_path_factory, "tiny_of_jane_doe", build_tiny)

    def go_on(project: Project) -> None:
        shutil.copytree(tiny.folder, project.folder, dirs_exist_ok=True)

        def build(*untested: str, **settings: object) -> None:
            project.build("--exclude-resource-type", "unit_test", *untested, **TINY, **settings)

        build("test", shap_since="2016-01-01", backtest_folds=2)
        [[ticker]] = project.query("select min(ticker) from latest_forecasts")
        build("test", holdout_tickers=[ticker], shap_since="2016-01-01")
        # Only what was tested is published: a study of an earlier day, which shows today's panel.
        build(cutoff_date="2025-09-30")

    project = built_once(tmp_path_factory, "dashboard", go_on)
    return project.folder / "published" / "warehouse" / "latest"


@pytest.fixture
def publication(published) -> Publication:
    return open_publication(published)


@pytest.fixture
def listed(publication) -> pl.DataFrame:
    """What is forecast for 12 months, the best first."""
    return publication.query(
        "from latest_forecasts where pred_col = $1 order by forecast_rank", HORIZON
    )


def run_page(name: str, **parameters: str | list[str]) -> AppTest:
    """A page with these parameters in its address; it must show no exception."""
    app = AppTest.from_file(VIEWS / f"{name}.py", default_timeout=60)
    for key, value in parameters.items():
        app.query_params[key] = value
    app.run()
    assert not app.exception
    return app


@pytest.fixture(scope="session")
def server(published) -> Iterator[str]:
    """Address of a dashboard on the published market."""
    yield from serve(published)


@pytest.fixture
def locked(published) -> Iterator[str]:
    """Address of a dashboard that asks for the password `secret`."""
    yield from serve(published, DASHBOARD_PASSWORD="secret")


def publish_prices(folder: Path) -> Path:
    """A published file with two small tables, and another one beside it."""
    for name in ["this", "other"]:
        with duckdb.connect(str(folder / f"{name}.duckdb")) as con:
            con.execute("create table prices as select range as day, 'x' as ticker from range(100)")
            con.execute("create table blank (a integer)")
    return folder / "this.duckdb"


def contents(folder: Path) -> dict[str, str]:
    """Digests of the files in a folder, by name."""
    return {
        found.name: hashlib.sha256(found.read_bytes()).hexdigest() for found in folder.iterdir()
    }


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return probe.getsockname()[1]


def serve(published: Path, **environment: str) -> Iterator[str]:
    """Start a dashboard, yield its address, and stop it."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard", "--server.port", str(port)],
        cwd=ROOT,
        env={**os.environ, "PUBLISHED": str(published), **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://localhost:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{address}/_stcore/health").close()
                break
            except OSError:
                assert process.poll() is None, "the dashboard did not start"
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium; tests are skipped where it is missing, but not in CI."""
    if not CHROMIUM.exists() and not os.environ.get("CI"):
        pytest.skip("chromium is not installed: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS.split())
        yield browser
        browser.close()


@pytest.fixture
def page(browser, server) -> Iterator[Page]:
    """A browser page at the dashboard; its console must stay free of errors, all requests local."""
    context = browser.new_context(base_url=server, viewport={"width": 1400, "height": 900})
    page = context.new_page()
    page.set_default_timeout(15_000)
    errors: list[str] = []
    elsewhere: list[str] = []

    def note(message) -> None:
        # Streamlit's browser code first looks for its server below the page's own path.
        if message.type == "error" and "/_stcore/" not in message.location["url"]:
            errors.append(message.text)

    page.on("console", note)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((server, "data:", "blob:"))
            else elsewhere.append(request.url)
        ),
    )
    yield page
    context.close()
    assert errors == []
    assert elsewhere == []


def processes(*options: str) -> set[int]:
    """Those that pgrep finds with these options."""
    found = subprocess.run(["pgrep", *options], capture_output=True, text=True)
    return {int(process) for process in found.stdout.split()}


def workers(parent: int) -> set[int]:
    """Processes that run a query for another process: they are nice, and the one to come is not."""
    return {worker for worker in started_workers(parent) if is_nice(worker)}


def started_workers(parent: int) -> set[int]:
    """Those that run a query, and the one that waits for the next."""
    return processes("-P", str(parent), "-f", "query_worker.py")


def is_nice(process: int) -> bool:
    try:
        return os.getpriority(os.PRIO_PROCESS, process) > os.getpriority(os.PRIO_PROCESS, 0)
    except ProcessLookupError:
        return False


def wait_until(is_so) -> None:
    deadline = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def settle(page: Page) -> None:
    """Wait until the page has been drawn, and hold that it shows no exception."""
    page.wait_for_selector("h1")
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
    assert page.locator("[data-testid=stException]").count() == 0
