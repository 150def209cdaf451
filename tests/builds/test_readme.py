import json
import re

import yaml
from conftest import ROOT

from documentation.lineage import PICTURE, draw, read_layers

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]


def test_each_var_is_documented_with_its_default():
    page = (ROOT / "docs" / "vars.md").read_text()
    table = dict(re.findall(r"^\| `(\w+)` \| `(.+?)` \|", page, re.MULTILINE))
    declared = yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"]
    assert {name: yaml.safe_load(default) for name, default in table.items()} == declared


def test_what_pages_link_is_there_and_readme_links_each_page():
    linked = {
        page: {
            (page.parent / link).resolve()
            for link in re.findall(r"\]\((?!http)([^)]+)\)", page.read_text())
        }
        for page in PAGES
    }
    assert all(file.is_file() for files in linked.values() for file in files)
    assert set(PAGES) - {PAGES[0]} <= linked[PAGES[0]]


def test_the_first_screen_of_readme_shows_the_commands():
    first = PAGES[0].read_text().splitlines()[:40]
    assert any(line.startswith("make build") for line in first)
    assert any(line.startswith("make test") for line in first)


def test_the_picture_shows_the_layers_there_are(project):
    assert project.dbt("parse", is_read=False, raw_market="none").returncode == 0
    manifest = json.loads((project.folder / "target" / "manifest.json").read_text())
    assert PICTURE.read_text() == draw(*read_layers(manifest)), "run `make lineage`"
