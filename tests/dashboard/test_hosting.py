"""What docs/hosting.md promises of the image, as far as it can be tried without Docker."""

import os
import re
import shutil
import subprocess
import sys

from tests.builds.conftest import ROOT

COPIES = re.compile(r"^COPY (\S+) ", re.MULTILINE)
RUN_EACH_VIEW = """
from pathlib import Path
from streamlit.testing.v1 import AppTest
for view in sorted(Path("dashboard/views").glob("*.py")):
    app = AppTest.from_file(view, default_timeout=60).run()
    assert not app.exception, (view, app.exception)
    print(view.stem, [error.value for error in app.error])
"""


def test_the_image_holds_all_that_the_pages_need_and_no_more(tmp_path):
    copied = COPIES.findall((ROOT / "Dockerfile").read_text())
    let_in = re.findall(r"^!(\S+)", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    assert {name.split("/")[0] for name in let_in} == set(copied)
    for name in copied:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    # There is nothing to show, which each page says.
    result = subprocess.run(
        [sys.executable, "-c", RUN_EACH_VIEW],
        cwd=tmp_path,
        env={**os.environ, "PUBLISHED": "https://"},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 0, result.stderr[-2000:]
    views = list((ROOT / "dashboard" / "views").glob("*.py"))
    assert result.stdout.count("PUBLISHED holds no address") == len(views)


def test_the_image_runs_as_nobody_in_particular_and_names_no_place_of_this_machine():
    text = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^USER 10001:10001$", text, re.MULTILINE)
    assert "HEALTHCHECK" in text
    for name in ("Dockerfile", ".dockerignore", "dashboard/requirements.txt"):
        assert not re.search(
            r"https?://(?!localhost)|index-url|/work/|/home/", (ROOT / name).read_text()
        )
