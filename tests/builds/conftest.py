import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from benchmarks.forked_dbt import ROOT, apart, as_text

SHARED = ROOT.parent / "shared"
REAL_MARKET = SHARED / "market"
CASES = SHARED / "cases" / "cases.py"
PANEL = ["+features", "+excess_returns", "+rejected_rows"]

# In the environment of every build: nothing that a build leaves may repeat them.
SECRETS = {
    "motherduck_token": "planted_token",
    "AWS_SECRET_ACCESS_KEY": "planted_key",
    "DASHBOARD_PASSWORD": "planted_password",
}
TINY = {"steps": 20, "seed": 1, "simulated_tickers": 40, "simulated_years": 13}

needs_real_market = pytest.mark.skipif(
    not REAL_MARKET.is_dir(), reason="the real market is not on this machine"
)

needs_cases = pytest.mark.skipif(not CASES.is_file(), reason="the cases are not on this machine")


# What dbt said, and what it said of errors.
SAID = ("said.txt", "errors.txt")


def told(con: duckdb.DuckDBPyConnection, secrets: list[str], *files: Path) -> list[tuple]:
    """Texts in the tables of a database, and in parquet files, that hold one of the secrets."""
    columns = con.execute(
        "select tables.table_name, column_name from duckdb_columns() join duckdb_tables() as tables"
        " using (table_oid, database_oid) where tables.database_name = current_database()"
        " and data_type in ('VARCHAR', 'JSON', 'VARCHAR[]')"
    ).fetchall()
    assert columns
    texts = [
        f'select \'{table}.{name}\' as place, "{name}"::varchar as text from "{table}"'
        for table, name in columns
    ]
    texts += [f"select '{file.name}', record::varchar from '{file}' as record" for file in files]
    return con.execute(
        f"select distinct place, text from ({' union all '.join(texts)})"
        " where list_bool_or(list_transform($1, lambda secret: contains(text, secret)))",
        [secrets],
    ).fetchall()


def case_market(name: str, folder: Path) -> str:
    """Write the market of a case, or `base` that all of them change, as CSV files."""
    market = folder / name
    subprocess.run([sys.executable, CASES, name, market], check=True)
    return str(market)


@dataclass
class Project:
    """The dbt project, or a copy of it, with a warehouse of its own."""

    folder: Path
    root: Path = ROOT

    @property
    def warehouse(self) -> Path:
        return self.folder / "warehouse.duckdb"

    @property
    def environment(self) -> dict[str, str]:
        """Where programs of the project find this warehouse."""
        return {
            **os.environ,
            **SECRETS,
            "WAREHOUSE": str(self.warehouse),
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            # A tenth of the time.
            "DBT_LOG_LEVEL_FILE": "none",
        }

    def dbt(
        self, *arguments: str, is_read: bool = True, **settings: object
    ) -> subprocess.CompletedProcess[str]:
        """Run dbt with these vars; the result has its exit code and output.

        Args:
            arguments: of dbt.
            is_read: whether it begins where the project has been read, as if by `dbt parse`.
            settings: vars.
        """
        if self.root != ROOT:
            return subprocess.run(
                [
                    *(Path(sys.executable).with_name("dbt"), "--no-use-colors", *arguments),
                    *("--vars", as_text(settings)),
                ],
                cwd=self.root,
                env=self.environment,
                capture_output=True,
                text=True,
            )
        self.start(*arguments, is_read=is_read, **settings)
        code = apart().wait()
        said = [(self.folder / "logs" / name).read_text() for name in SAID]
        return subprocess.CompletedProcess(arguments, code, *said)

    def start(self, *arguments: str, is_read: bool = True, **settings: object) -> int:
        """Begin what `dbt` runs to its end; the id of its process, and of the group it leads."""
        (self.folder / "logs").mkdir(exist_ok=True)
        files = [self.folder / "logs" / name for name in SAID]
        for file in files:
            file.write_text("")
        out, errors = map(str, files)
        return apart().start(arguments, settings, self.environment, out, errors, is_read)

    def build(self, *arguments: str, **settings: object) -> None:
        """`dbt build`, which must succeed."""
        result = self.dbt("build", *arguments, **settings)
        assert result.returncode == 0, result.stdout[-5000:]

    def run(self, *arguments: str, **settings: object) -> None:
        """`dbt run`, which must succeed: models without tests."""
        result = self.dbt("run", *arguments, **settings)
        assert result.returncode == 0, result.stdout[-5000:]

    def query(self, sql: str) -> list[tuple]:
        with duckdb.connect(str(self.warehouse), read_only=True) as con:
            return con.sql(sql).fetchall()


def built_once(
    tmp_path_factory: pytest.TempPathFactory, name: str, build: Callable[[Project], None]
) -> Project:
    """A project for all workers, built by whichever comes first."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    folder.mkdir(exist_ok=True)
    project = Project(folder)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "built").exists():
            build(project)
            (folder / "built").touch()
    return project


def build_tiny(project: Project) -> None:
    """The tests of the code have a test of their own, test_unit_tests.py; the log has one too."""
    project.build("--log-level-file", "debug", "--exclude-resource-type", "unit_test", **TINY)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory) -> Project:
    """A small simulated market, built once; the copy of this worker."""
    built = built_once(tmp_path_factory, "tiny_of_jane_doe", build_tiny)
    folder = tmp_path_factory.mktemp("tiny_of_jane_doe")
    shutil.copytree(built.folder, folder, dirs_exist_ok=True)
    return Project(folder)


@pytest.fixture
def project(tmp_path) -> Project:
    """A project that has built nothing yet."""
    return Project(tmp_path)


@pytest.fixture(scope="session")
def compiled_analyses(tiny) -> dict[str, str]:
    """The SQL of each file in analyses/, by its name, as dbt compiles it."""
    result = tiny.dbt("compile", "--select", "path:analyses", **TINY)
    assert result.returncode == 0, result.stdout[-3000:]
    folder = tiny.folder / "target" / "compiled" / "stock_forecasts" / "analyses"
    return {
        file.stem: file.read_text().replace(f'"{tiny.warehouse.stem}".', "")
        for file in folder.glob("*.sql")
    }
