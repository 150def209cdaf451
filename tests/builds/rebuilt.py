"""Builds over what an earlier build left, for tests of what is kept."""

import json
from dataclasses import dataclass

import duckdb

from ml.warehouse.publishing import HISTORY_FILE, POINTER, publications_folder, published_file
from tests.builds.conftest import Project

HORIZONS = (12, 24, 36)


@dataclass
class Rebuilt:
    """A project that is built again and again.

    Attributes:
        project: the project.
        settings: vars of each of its builds.
    """

    project: Project
    settings: dict[str, object]

    def build(self, *arguments: str, **settings: object) -> tuple[str, set[str]]:
        """What dbt said, and the nodes that were not kept."""
        result = self.project.dbt(
            "build",
            "--exclude-resource-type",
            "unit_test",
            *arguments,
            **{**self.settings, **settings},
        )
        assert result.returncode == 0, result.stdout[-5000:]
        run = json.loads((self.project.folder / "target" / "run_results.json").read_text())
        return result.stdout, {
            node["unique_id"].split(".")[-1]
            for node in run["results"]
            if node["unique_id"].startswith(("model.", "seed."))
            and not node["message"].startswith("kept")
        }

    @property
    def pointer(self) -> str:
        return (publications_folder(self.project.warehouse) / POINTER).read_text()

    def outcomes(self, which: str) -> set[str]:
        """What run_history says came of some nodes of the last run."""
        last = "invoked_at = (select max(invoked_at) from run_history)"
        return {
            status
            for [status] in self.project.query(
                f"select status from run_history where {last} and {which}"
            )
        }

    def recorded_runs(self) -> list[tuple]:
        return self.project.query("select distinct invocation_id from run_history order by all")

    def published_history(self) -> list[tuple]:
        """The runs in the file beside the publications."""
        file = publications_folder(self.project.warehouse) / HISTORY_FILE
        return duckdb.sql(f"select distinct invocation_id from '{file}' order by all").fetchall()

    def record(self, project: Project | None = None) -> set[tuple]:
        """The forecasts that the newest publication has recorded."""
        file = published_file(publications_folder((project or self.project).warehouse))
        with duckdb.connect(str(file), read_only=True) as con:
            return set(con.sql("from published_forecasts").fetchall())

    def models(self) -> list[tuple]:
        return self.project.query(
            " union all ".join(f"select model_id, trained_at from trained_{h}m" for h in HORIZONS)
            + " order by all"
        )
