import json
import re

import yaml
from conftest import ROOT

from documentation.lineage import PICTURE, draw, read_layers

README = (ROOT / "README.md").read_text()


def test_each_var_stands_in_readme_with_its_default():
    section = README.partition("## The vars")[2].partition("\n## ")[0]
    table = dict(re.findall(r"^\| `(\w+)` \| `(.+?)` \|", section, re.MULTILINE))
    declared = yaml.safe_load((ROOT / "dbt_project.yml").read_text())["vars"]
    assert {name: yaml.safe_load(default) for name, default in table.items()} == declared


def test_what_readme_links_is_there():
    for file in ("README.md", "CONTRIBUTING.md"):
        links = re.findall(r"\]\((?!http)([^)]+)\)", (ROOT / file).read_text())
        assert all((ROOT / link).is_file() for link in links), file
    assert "docs/lineage.svg" in README


def test_the_picture_shows_the_layers_there_are(project):
    assert project.dbt("parse", is_read=False, raw_market="none").returncode == 0
    manifest = json.loads((project.folder / "target" / "manifest.json").read_text())
    assert PICTURE.read_text() == draw(*read_layers(manifest)), "run `make lineage`"
