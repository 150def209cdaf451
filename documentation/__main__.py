"""`make docs`: dbt docs and the lineage of columns, one file each, in target/docs.

Arguments go to dbt, such as --vars '{market: ../my_data}'.
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from documentation.lineage import PICTURE

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
# It opens on one model alone; this asks for all that is published, and for a view of the whole.
OPEN_ON_THE_WHOLE = """<script>
if (!location.search) {
  history.replaceState(null, "", "?model=model.stock_forecasts.published&parents=99&children=9");
  const timer = setInterval(() => {
    if (document.querySelectorAll(".react-flow__node").length < 2) return;
    clearInterval(timer);
    setTimeout(() => document.querySelector(".react-flow__controls-fitview").click(), 500);
  }, 200);
}
</script>"""
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
    (docs / "index.html").write_text(_with_picture(_without_place(target / "static_index.html")))
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
        page = Path(folder, "index.html").read_text()
        (docs / "lineage.html").write_text(page.replace("<head>", f"<head>{OPEN_ON_THE_WHOLE}", 1))
    print(docs / "index.html", docs / "lineage.html", sep="\n")


def _with_picture(page: str) -> str:
    """The page with the picture of the layers in it, where dbt docs loads the file beside it."""
    picture = base64.b64encode(PICTURE.read_bytes()).decode()
    address = PICTURE.relative_to(ROOT).as_posix()
    return page.replace(f"]({address})", f"](data:image/svg+xml;base64,{picture})")


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
