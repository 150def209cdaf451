"""The scripts of the GitHub workflows, run as a workflow runs them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.builds.conftest import ROOT

# Two runs that the schedule or a member started; those in $WITH_WAREHOUSE left one.
GH = """#!/bin/bash
if [[ $2 == list ]]; then
    printf '2\\n1\\n'
elif [[ " $WITH_WAREHOUSE " == *" $3 "* ]]; then
    mkdir -p warehouse && echo "of run $3" > warehouse/simulated.duckdb
else
    exit 1
fi
"""


def run(script: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a copy of the script, which works in the folder that it lies in."""
    place = folder / ".github" / "scripts"
    place.mkdir(parents=True)
    shutil.copy(ROOT / ".github" / "scripts" / script, place)
    return subprocess.run(
        [place / script],
        env={"PATH": f"{folder}:{os.environ['PATH']}", **environment},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("STEPS", "0", "steps is '0': give a whole number"),
        ("STEPS", "10; ls", "steps is '10; ls'"),
        ("CUTOFF_DATE", "2024-1-1", "cutoff_date is '2024-1-1': give a date such as"),
        ("MARKET", "a'}; ls '", "give simulated, a folder, a .duckdb file or md:<database>"),
        ("MARKET", "md:mine?motherduck_token=planted", "market has a question mark in it"),
        ("PUBLISH_TO", "s3://planted@bucket/at", "publish_to is no address such as"),
        ("MARKET", "md:mine", "needs the repository's secret MOTHERDUCK_TOKEN"),
    ],
)
def test_train_refuses_what_is_no_input(tmp_path, name, value, words):
    result = run("train", tmp_path, **{name: value})
    assert result.returncode == 1
    assert result.stdout.startswith("::error::")
    assert words in result.stdout
    assert "planted" not in result.stdout + result.stderr


@pytest.mark.parametrize(
    ("with_warehouse", "restored"),
    [("1 2", "of run 2\n"), ("1", "of run 1\n"), ("", None)],
)
def test_the_newest_warehouse_there_is_is_restored(tmp_path, with_warehouse, restored):
    gh = tmp_path / "gh"
    gh.write_text(GH)
    gh.chmod(0o755)
    result = run(
        "restore_warehouse",
        tmp_path,
        GITHUB_REPOSITORY="owner/name",
        GITHUB_REF_NAME="main",
        WITH_WAREHOUSE=with_warehouse,
    )
    assert result.returncode == 0, result.stderr
    file = tmp_path / "warehouse" / "simulated.duckdb"
    assert (file.read_text() if file.exists() else None) == restored


@pytest.mark.parametrize(
    ("code", "is_there", "ends_with"),
    [(0, True, 0), (75, True, 0), (75, False, 75), (1, True, 1)],
)
def test_a_load_that_goes_on_later_leaves_the_build_its_market(tmp_path, code, is_there, ends_with):
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/bash\necho "$@"\nexit {code}\n')
    python.chmod(0o755)
    if is_there:
        (tmp_path / "load" / "market").mkdir(parents=True)
    result = run("load", tmp_path, TIINGO_API_KEY="planted", LOAD_ARGUMENTS="--plan power")
    assert result.returncode == ends_with
    assert result.stdout.startswith("-m loading load --no-wait --plan power\n")
    assert "planted" not in result.stdout + result.stderr


def test_without_a_token_nothing_is_loaded(tmp_path):
    result = run("load", tmp_path)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == "No secret TIINGO_API_KEY: nothing is loaded.\n"
