import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
import yaml
from conftest import ROOT, TINY, Project

pytestmark = pytest.mark.slow

PARTS = [
    "dbt_project.yml",
    "profiles.yml",
    "analyses",
    "macros",
    "ml",
    "models",
    "plugins",
    "seeds",
    "tests/singular",
]
COMPARED = {
    "features": "*",
    "excess_returns": "*",
    "ticker_shap": "* exclude (trained_at)",
    "latest_forecasts": "*",
    "test_predictions": "* exclude (trained_at)",
}
NOBODY = 65534
# Another user may not write what is ours. Python itself may lie in a folder of ours: reading stays.
AS_NOBODY = [
    "setpriv",
    f"--reuid={NOBODY}",
    "--clear-groups",
    "--inh-caps=+dac_read_search",
    "--ambient-caps=+dac_read_search",
]


@pytest.fixture(scope="module")
def elsewhere(tiny) -> Iterator[Path]:
    """A copy of the project in a folder of an awkward name, after a build from another folder.

    By another user where that can be tried, without a home, in another time zone, with many
    threads that make every table anew, and train anew.
    """
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # pytest's own are closed to others
        project = Path(folder) / "l'été [b] * ü"
        build_copy(tiny, project)
        assert [file.name for file in project.parent.iterdir()] == [project.name]
        yield project


def build_copy(tiny: Project, project: Path) -> None:
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        (project / part).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / part, project / part)
    (project / "warehouse").mkdir()
    shutil.copy(tiny.warehouse, project / "warehouse" / "simulated.duckdb")
    prefix = []
    if os.geteuid() == 0 and shutil.which("setpriv"):
        prefix = AS_NOBODY
        for file in [project, *project.rglob("*")]:
            os.chown(file, NOBODY, -1)
    result = subprocess.run(
        [
            *prefix,
            *(Path(sys.executable).with_name("dbt"), "--no-use-colors", "build"),
            *("--project-dir", project, "--profiles-dir", project),
            *("--threads", "8", "--full-refresh", "--exclude-resource-type", "test", "unit_test"),
            *("--vars", yaml.safe_dump({**TINY, "retrain": True}, default_flow_style=True)),
        ],
        cwd=project.parent,
        env={"PATH": os.environ["PATH"], "TZ": "Asia/Tokyo", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert result.returncode == 0, (result.stdout + result.stderr)[-5000:]


@pytest.mark.parametrize(("table", "columns"), COMPARED.items())
def test_a_build_elsewhere_gives_the_same(tiny, elsewhere, table, columns):
    query = f"select {columns} from {table} order by all"
    with duckdb.connect(elsewhere / "warehouse" / "simulated.duckdb", read_only=True) as con:
        assert con.sql(query).fetchall() == tiny.query(query)
