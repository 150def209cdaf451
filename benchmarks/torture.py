"""Builds that are killed at random moments, and state that is damaged: is anything lost?

    python -m benchmarks.torture --kills 20      # a build of the built-in market each, and damage

Prints two tables in markdown. After each kill the pointer must name a whole file, the one before or
a new one, and every fourth time the next build must end well. After each damage the next build must
end well and publish a whole file, or say in one sentence what to do.
"""

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import duckdb
import yaml

from ml.publishing import POINTER, UNFINISHED, publications_folder, published_file

ROOT = Path(__file__).parents[1]
VARS = {"steps": 5, "seed": 1, "simulated_tickers": 40, "simulated_years": 13}
LONGEST_BUILD = 300
# After so many kills the next build is let through.
EACH_RECOVERY = 4
SHARE_WHILE_PUBLISHING = 0.5


class Place:
    """A warehouse of its own, with its publications."""

    def __init__(self, folder: Path) -> None:
        """Make the folder; nothing is built yet."""
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.warehouse = folder / "warehouse.duckdb"
        self.publications = publications_folder(self.warehouse)
        self.log = folder / "build.log"
        self.environment = {
            **os.environ,
            "WAREHOUSE": str(self.warehouse),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
        }

    def start(self, **settings: object) -> subprocess.Popen[bytes]:
        """A build in a process group of its own, which one signal ends."""
        command = [Path(sys.executable).with_name("dbt"), "--no-use-colors", "build"]
        command += ["--exclude-resource-type", "unit_test"]
        command += ["--vars", yaml.safe_dump({**VARS, **settings}, default_flow_style=True)]
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment,
            stdout=self.log.open("wb"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def build(self) -> int:
        """A build to its end; its exit code."""
        return self.start().wait(LONGEST_BUILD)

    def published(self) -> str:
        """`whole`, or what is wrong with what the pointer names. Every row of it is read."""
        try:
            with duckdb.connect(str(published_file(self.publications)), read_only=True) as con:
                for [name] in con.sql("select table_name from duckdb_tables()").fetchall():
                    con.sql(f'select sum(hash(t)) from "{name}" as t').fetchall()
                runs = "select count(distinct trained_at) from ticker_shap"
                [[models]] = con.sql(runs).fetchall()
        except (OSError, ValueError, duckdb.Error) as error:
            return f"broken ({type(error).__name__})"
        return "whole" if models == 3 else f"mixed ({models} models)"


def kill(place: Place, choice: random.Random) -> str:
    """Kill a build that trains and publishes anew; returns where it was."""
    unfinished = place.publications / UNFINISHED
    before = pointer(place).read_text()
    is_to_publish_first = choice.random() < SHARE_WHILE_PUBLISHING
    build = place.start(retrain=True)
    while is_to_publish_first and build.poll() is None and not unfinished.exists():
        time.sleep(0.002)
    try:
        build.wait(choice.uniform(0, 8) if is_to_publish_first else choice.uniform(1, 25))
    except subprocess.TimeoutExpired:
        was_publishing = unfinished.exists()
        os.killpg(build.pid, signal.SIGKILL)
        build.wait()
    else:
        return "ended before"
    if pointer(place).read_text() != before:
        return "after the pointer moved"
    return "with an unfinished file" if was_publishing else "elsewhere"


def sql(*statements: str) -> Callable[[Place], None]:
    """Damage to the warehouse by SQL."""

    def damage(place: Place) -> None:
        with duckdb.connect(str(place.warehouse)) as con:
            for statement in statements:
                con.execute(statement)

    return damage


def overwritten(file: Callable[[Place], Path]) -> Callable[[Place], None]:
    """Damage to the middle of a file: 4 KB of it are zeros."""

    def damage(place: Place) -> None:
        with file(place).open("r+b") as opened:
            opened.seek(file(place).stat().st_size // 2)
            opened.write(bytes(4096))

    return damage


def newest(place: Place) -> Path:
    """The published file."""
    return published_file(place.publications)


def pointer(place: Place) -> Path:
    """The pointer to it."""
    return place.publications / POINTER


def folder_as_pointer(place: Place) -> None:
    """Damage: a folder stands where the pointer should."""
    pointer(place).unlink()
    pointer(place).mkdir()


DAMAGE: dict[str, Callable[[Place], object]] = {
    "published file cut": lambda place: os.truncate(newest(place), 100_000),
    "published file overwritten": overwritten(newest),
    "published file empty": lambda place: newest(place).write_bytes(b""),
    "published file gone": lambda place: newest(place).unlink(),
    "pointer empty": lambda place: pointer(place).write_bytes(b""),
    "pointer binary": lambda place: pointer(place).write_bytes(b"\xff\xfe\x00abc"),
    "pointer names no file": lambda place: pointer(place).write_bytes(b"20200101.duckdb\n"),
    "pointer a folder": folder_as_pointer,
    "warehouse cut": lambda place: os.truncate(place.warehouse, 1_000_000),
    "warehouse empty": lambda place: place.warehouse.write_bytes(b""),
    "warehouse text": lambda place: place.warehouse.write_bytes(b"hello\n" * 1000),
    "warehouse gone": lambda place: place.warehouse.unlink(),
    "model cut": sql("update trained_12m set model = model[1:1000]"),
    "model null": sql("update trained_12m set model = null"),
    "model bytes altered": sql(
        "update trained_12m set model = model[1:9000] || repeat('x', 200)::blob || model[9201:]"
    ),
    "features of a model altered": sql("update trained_24m set features = features[:10]"),
    "z_68 altered": sql("update trained_36m set z_68 = 99"),
    "remembered builds lack a column": sql("alter table build_fingerprints drop column version"),
    "remembered builds gone": sql("drop table build_fingerprints"),
    "recorded runs lack a column": sql(
        "drop view run_history", "alter table recorded_nodes drop column is_kept"
    ),
    "table altered": sql("update features set beta_12m = 99"),
}


def after_damage(place: Place, good: Path, name: str) -> str:
    """What the next build does after some damage to a finished one, a copy of which is kept."""
    shutil.rmtree(place.folder)
    shutil.copytree(good, place.folder)
    DAMAGE[name](place)
    code = place.build()
    said = place.log.read_text(errors="replace")
    outcome = "repaired" if code == 0 else "refused in a sentence"
    if "Traceback" in said or code < 0:
        outcome = f"traceback or signal ({code})"
    return f"{outcome} | {place.published()}"


def main() -> None:
    """Kill and damage, and print what came of it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.torture", description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--damage", nargs="*", choices=DAMAGE, default=list(DAMAGE))
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    choice = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory() as folder:
        place, good = Place(Path(folder) / "place"), Path(folder) / "good"
        if place.build() != 0:
            sys.exit(place.log.read_text()[-3000:])
        shutil.copytree(place.folder, good)
        outcomes: Counter[tuple[str, str]] = Counter()
        for number in range(1, arguments.kills + 1):
            where = kill(place, choice)
            found = place.published()
            if number % EACH_RECOVERY == 0:
                code = place.build()
                found += f", next build {code} and {place.published()}"
            outcomes[where, found] += 1
        print("| killed | publication | kills |\n|---|---|---|", flush=True)
        for (where, found), kills in sorted(outcomes.items()):
            print(f"| {where} | {found} | {kills} |")
        print("\n| damage | next build | publication |\n|---|---|---|", flush=True)
        for name in arguments.damage:
            print(f"| {name} | {after_damage(place, good, name)} |", flush=True)


if __name__ == "__main__":
    main()
