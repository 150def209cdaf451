import os
import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path

import duckdb
import nbformat
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.model_metrics import metric_table
from dashboard.pointers import PublicationError, connect, named_file, notebook_file
from notebooks.published_model import open_model
from tests.builds.conftest import ROOT
from tests.dashboard.conftest import VIEWS, serve, settle

HORIZONS = [12, 24, 36]


def make_notebooks(published: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "notebooks", *arguments],
        cwd=ROOT,
        env={**os.environ, "PUBLISHED": str(published)},
        capture_output=True,
        text=True,
    )


def copy_published(published: Path, folder: Path, *changes: str) -> Path:
    """A copy of what is published, changed by SQL."""
    copy = folder / "copy.duckdb"
    shutil.copy(named_file(published), copy)
    with duckdb.connect(str(copy)) as con:
        for change in changes:
            con.execute(change)
    return copy


@pytest.fixture(scope="module")
def made(published, tmp_path_factory) -> Path:
    """A published file with its notebooks; that of 36 months was never explained."""
    copy = copy_published(
        published,
        tmp_path_factory.mktemp("notebooks"),
        "delete from ticker_shap where pred_col = 'excess_return_ln_36m'",
        "update feature_importance set mean_abs_shap = null, mean_abs_risk_shap = null"
        " where pred_col = 'excess_return_ln_36m'",
    )
    result = make_notebooks(copy)
    assert result.returncode == 0, result.stderr[-3000:]
    assert result.stderr == ""
    return copy


def notebook(published: Path, months: int) -> Path:
    stats = open_model(published, months).stats
    return notebook_file(published, stats["model_id"], stats["trained_at"])


def text_of(file: Path) -> str:
    """The text that a reader sees, one line."""
    body = file.read_text().split("<main>")[1]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", body)))


def test_sources_hold_no_output():
    sources = list(ROOT.glob("notebooks/*.ipynb"))
    assert sources
    for source in sources:
        for cell in nbformat.read(source, as_version=4).cells:
            assert cell.get("outputs", []) == [], source
            assert cell.get("execution_count") is None, source


def test_one_notebook_a_model(made):
    assert {notebook(made, months) for months in HORIZONS} == set(
        (made.parent / "notebooks").iterdir()
    )


@pytest.mark.parametrize("months", HORIZONS)
def test_a_notebook_tells_of_its_model(made, months):
    text = text_of(notebook(made, months))
    stats = open_model(made, months).stats
    assert f"Excess return over SPY in {months} months Model {stats['model_id']}" in text
    assert f"trained_{months}m.py" in text
    assert f"all labelled {stats['num_rows']:,} " in text
    for row in metric_table(stats).rows():
        assert " ".join(row) in text
    assert "Warning" not in text
    assert "Traceback" not in text
    assert "import polars" not in text


def test_a_notebook_shows_each_picture(made):
    html = notebook(made, 12).read_text()
    pictures = re.findall(r'<img alt="(\w+)', html)
    kinds = list(dict.fromkeys(pictures))
    assert kinds == ["Bars", "Beeswarm", "Contribution", "Share", "Mean", "Waterfall"]
    assert pictures.count("Waterfall") == 3


def test_a_model_that_was_not_explained_says_how_to(made):
    stats = open_model(made, 36).stats
    assert text_of(notebook(made, 36)).count(f"{{model_id: {stats['model_id']}}}") == 5


@pytest.mark.parametrize("months", HORIZONS)
def test_a_notebook_holds_all_that_it_shows(made, months):
    html = notebook(made, months).read_text()
    addresses = re.findall(r'(?:src|href|srcset|action|data)="([^"]*)"', html)
    assert len(addresses) > 3
    assert all(address.startswith(("data:image/", "#")) for address in addresses)
    for word in ("<script", "<link", "@import", "url("):
        assert word not in html


@pytest.mark.parametrize("width", [380, 1400])
def test_a_notebook_in_a_browser(made, browser, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(notebook(made, 12).as_uri())
    assert page.evaluate("[...document.images].every(image => image.naturalWidth > 0)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()
    assert all(url.startswith(("file:", "data:")) for url in requests)


def test_a_study_is_asked_for_by_its_id(published):
    file = named_file(published)
    with connect(file) as con:
        [study] = con.sql(
            "select model_id from model_stats where cutoff_date is not null limit 1"
        ).fetchone()
    assert open_model(file, study).stats["model_id"] == study
    assert open_model(file, 12).stats["cutoff_date"] is None
    with pytest.raises(PublicationError, match="holds no model none"):
        open_model(file, "none")


def test_without_models_one_sentence(published, tmp_path):
    result = make_notebooks(copy_published(published, tmp_path, "delete from model_stats"))
    assert result.returncode == 1
    [sentence] = result.stderr.splitlines()
    assert "holds no model. Run `make build` to train some." in sentence


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no such file"),
        (b"no database", "is damaged"),
        ("create table one (number int)", "of another version"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(tmp_path, content, message):
    file = tmp_path / "published.duckdb"
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content:
        with duckdb.connect(str(file)) as con:
            con.execute(content)
    result = make_notebooks(file)
    assert result.returncode == 1
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1


def models_page(published: Path, monkeypatch, **parameters: str) -> AppTest:
    monkeypatch.setenv("PUBLISHED", str(published))
    app = AppTest.from_file(VIEWS / "models.py", default_timeout=60)
    for name, value in {"section": "Notebook", **parameters}.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def test_the_models_page_shows_the_notebook_of_its_model(made, monkeypatch):
    app = models_page(made, monkeypatch, horizon="24 months")
    [frame] = app.get("iframe")
    title = re.search("<title>.*</title>", notebook(made, 24).read_text())[0]
    assert title in frame.proto.srcdoc
    assert len(app.get("download_button")) == 1
    assert not any("make notebooks" in code.value for code in app.code)


def test_the_models_page_says_when_a_notebook_is_old(made, monkeypatch):
    file = notebook(made, 12)
    os.utime(file, (0, 0))
    captions = [caption.value for caption in models_page(made, monkeypatch).caption]
    assert any("earlier publication" in caption for caption in captions)


def test_the_models_page_names_the_command_that_makes_the_notebook(
    published, monkeypatch, tmp_path
):
    copy = copy_published(published, tmp_path)
    app = models_page(copy, monkeypatch)
    assert app.code[0].value == "make notebooks"
    assert "with PUBLISHED set as for the dashboard" in app.info[0].value
    assert str(tmp_path) not in app.info[0].value
    app = models_page(copy, monkeypatch, studies="true")
    study = next(name for name in app.selectbox(key="model").options if "cut" in name)
    app.selectbox(key="model").select(study).run()
    assert app.code[0].value.endswith(f"make notebooks ARGUMENTS='--model {study}'")


@pytest.mark.slow
def test_a_link_within_the_notebook_stays_within_it(made, browser):
    for address in serve(made):
        page = browser.new_page()
        page.goto(f"{address}/models?section=Notebook")
        settle(page)
        frame = page.frame_locator("iframe")
        frame.get_by_role("link").click()
        heading = frame.get_by_role("heading", name="trained_12m.py")
        page.wait_for_function("document.querySelector('iframe').contentWindow.scrollY > 0")
        assert heading.is_visible()
        page.close()
