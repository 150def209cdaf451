"""`make docs`: dbt docs and the lineage of columns, one file each, in target/docs.

Arguments go to dbt, such as --vars '{market: ../my_data}'.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
NOTHING_BUILT = "There is nothing to document: no table of this market is built yet. Run dbt build."


def main() -> None:
    """Write index.html and lineage.html, or say what is missing."""
    target = Path(os.environ.get("DBT_TARGET_PATH", ROOT / "target"))
    generated = _run("dbt", "--quiet", "docs", "generate", "--static", *sys.argv[1:])
    if generated.returncode:
        sys.exit(generated.stdout)
    catalog = json.loads((target / "catalog.json").read_text())
    if not any(name.startswith("model.") for name in catalog["nodes"]):
        sys.exit(NOTHING_BUILT)
    docs = target / "docs"
    docs.mkdir(exist_ok=True)
    (docs / "index.html").write_text(_without_place(target / "static_index.html"))
    with tempfile.TemporaryDirectory() as folder:
        manifest = Path(folder, "manifest.json")
        manifest.write_text(_without_place(target / "manifest.json"))
        drawn = _run(
            *("colibri", "generate", "--disable-telemetry"),
            *("--manifest", str(manifest)),
            *("--catalog", str(target / "catalog.json")),
            *("--output-dir", folder),
        )
        # It calls a report completed that lacks the columns which it failed on.
        if drawn.returncode or "[ERROR]" in drawn.stdout:
            sys.exit(drawn.stdout)
        shutil.copyfile(Path(folder, "index.html"), docs / "lineage.html")
    print(docs / "index.html", docs / "lineage.html", sep="\n")


def _without_place(file: Path) -> str:
    """What dbt wrote, without where it and the project lie: a folder may name a user."""
    warehouse = os.environ.get("WAREHOUSE", "")
    text = file.read_text().replace(str(file.parent), "target").replace(str(ROOT), ".")
    return text.replace(warehouse, Path(warehouse).name) if os.path.isabs(warehouse) else text


def _run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program of the environment, without a look for newer versions on the network."""
    return subprocess.run(
        [BIN / program, *arguments],
        cwd=ROOT,
        env={**os.environ, "DBT_COLIBRI_NO_VERSION_CHECK": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


if __name__ == "__main__":
    main()
