"""A catalogue that goes away in the middle of a build."""

from pathlib import Path

from benchmarks.lake.builds import (
    BUILD,
    build,
    catalogue_on_a_server,
    dbt,
    kill_server,
    start_server,
)
from ml.warehouse.publishing import published_file


def gone(folder: Path) -> None:
    """A PostgreSQL that stops while tables are built, and is back for the next build."""
    with catalogue_on_a_server(folder):
        build(folder, "lake")
        pointer = published_file(folder / "published" / "w")
        process = dbt(folder, "lake", *BUILD, seed=2)
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line)
            if "START python" in line and "trained_24m" in line:
                kill_server(folder)
        process.wait()
        failures = [line for line in said if "catalogue does not answer" in line]
        print(f"exit code {process.returncode}; {len(failures)} sentences: {failures[:1]}")
        print("tracebacks:", sum("Traceback" in line for line in said))
        assert published_file(folder / "published" / "w") == pointer
        start_server(folder)
        seconds = build(folder, "lake", seed=2)
        print(f"with the server back, a build of {seconds:.0f} s publishes", end=" ")
        print(published_file(folder / "published" / "w") != pointer)
