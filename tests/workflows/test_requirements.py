import re

import pytest

from tests.builds.conftest import ROOT

PIN = re.compile(r"^([\w.-]+)(?:\[.*\])?==(\S+)", re.MULTILINE)


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall((ROOT / name).read_text()))


def test_the_dashboard_has_the_versions_of_the_whole():
    alone, whole = pins("requirements-dashboard.txt"), pins("requirements.txt")
    assert {"streamlit", "duckdb", "polars"} <= set(alone)
    assert not {"dbt-core", "catboost", "pytest", "ruff"} & set(alone)
    assert alone.items() <= whole.items()


def test_every_pin_has_hashes_and_no_index_is_named():
    for name in (
        "requirements.txt",
        "requirements-dashboard.txt",
        "requirements-cluster.txt",
        "requirements-lake.txt",
    ):
        text = (ROOT / name).read_text()
        assert len(PIN.findall(text)) == len(re.findall(r"^\S+ \\\n    --hash=", text, re.M))
        assert not re.search(r"https?://|--(extra-)?index-url ", text)


def test_a_cluster_changes_no_version_of_what_builds_need():
    beside, whole = pins("requirements-cluster.txt"), pins("requirements.txt")
    assert "distributed" in beside
    assert "distributed" not in whole
    assert {name: beside[name] for name in beside if name in whole}.items() <= whole.items()


@pytest.mark.parametrize(
    "name", ["requirements", "requirements-dashboard", "requirements-cluster", "requirements-lake"]
)
def test_what_is_asked_for_is_pinned_and_says_so(name):
    asked = re.findall(r"^\w[\w-]*", (ROOT / f"{name}.in").read_text(), re.MULTILINE)
    blocks = re.split(r"\n(?=\S+==)", (ROOT / f"{name}.txt").read_text())
    source = re.compile(rf"-r {name}\.in$", re.MULTILINE)
    pinned = {re.match(r"[\w.-]+", block)[0] for block in blocks if source.search(block)}
    assert pinned == set(asked)
