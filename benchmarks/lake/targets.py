"""The same build into a file and into lakes: what each costs, and whether the same is published."""

import os
import re
import resource
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import duckdb

from benchmarks.lake.builds import BUILD, build, catalogue_on_a_server, dbt, files_on_s3
from dashboard.fetching import Source
from ml.warehouse.publishing import published_file

# What differs from one build to the next, wherever it goes.
UNLIKE = {
    *("run_id", "published_at", "training_seconds", "trained_at", "library_versions"),
    *("fingerprint", "loaded_at"),
}
TABLES_UNLIKE = {"run_history"}


def size(folder: Path) -> int:
    """Bytes of a warehouse or lake, without its publications."""
    return sum(
        file.stat().st_size
        for pattern in ("w.duckdb", "w.ducklake", "w.ducklake.files/**/*.parquet")
        for file in folder.glob(pattern)
    )


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


def s3(folder: Path) -> None:
    """A build with files and publications on s3, what a dashboard fetches, and a dead server."""
    file, lake = folder / "file", folder / "lake"
    build(file, "local")
    with files_on_s3(folder) as server:
        seconds = build(lake, "lake", publish_to="s3://lake/published")
        published = published_file(lake / "published" / "w")
        os.environ["PUBLISHED_CACHE"] = str(folder / "cache")
        fetched = published_file(Source("s3://lake/published/w/latest").pointer().parent)
        print(f"lake with files on s3: {seconds:.0f} s")
        print(
            "differences:",
            list(differences(published_file(file / "published" / "w"), published)) or "none",
        )
        print("fetched as published:", fetched.read_bytes() == published.read_bytes())
        secret = os.environ["AWS_SECRET_ACCESS_KEY"].encode()
        told = [p for p in lake.rglob("*") if p.is_file() and secret in p.read_bytes()]
        print("files with the secret key:", told or "none")
        server.kill()
        process = dbt(lake, "lake", *BUILD, seed=2)
        said = process.communicate()[0]
        sentences = re.findall("the lake's files cannot be read or written: .*", said)
        print(f"without the server: exit code {process.returncode}, {len(sentences)} sentences")
        print("tracebacks:", said.count("Traceback"))
        print("still published:", published_file(lake / "published" / "w") == published)
