"""Damage to what a finished build left: does the next build mend it, or say what to do?"""

import os
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.torture.builds import FEW_TREES, Builds, connect, difference
from benchmarks.torture.words import raw_text, sentence
from ml.warehouse.publishing import HISTORY_FILE, POINTER, UNFINISHED, published_file
from ml.warehouse.record import RECORD_FILE

Damage = Callable[[Builds], object]
NOISE = random.Random(1)
# Where DuckDB's blocks begin in a file, and their size.
FIRST_BLOCK, BLOCK = 12_288, 262_144


@dataclass
class Outcome:
    """What the next build made of some damage."""

    damage: str
    outcome: str
    published: str
    said: str
    published_before: str = "equal"

    @property
    def is_lost(self) -> bool:
        """Whether the build lost what the damage had left, or neither mended it nor said how."""
        is_worse = self.published != "equal" and self.published_before == "equal"
        return is_worse or self.outcome not in (
            "equal, exit 0",
            "refused in a sentence; after its advice equal",
        )


def sql(*statements: str) -> Damage:
    """Damage to the warehouse by SQL."""

    def damage(builds: Builds) -> None:
        with connect(builds.warehouse) as con:
            for statement in statements:
                con.execute(statement)

    return damage


def without(table: str, column: str) -> Damage:
    """Damage: a table of the warehouse lacks a column, which its index would hold."""
    return sql(f"drop index if exists {table}_index", f"alter table {table} drop column {column}")


def written(file: Callable[[Builds], Path], content: bytes) -> Damage:
    """Damage to a file: other bytes stand in it."""
    return lambda builds: file(builds).write_bytes(content)


def cut(file: Callable[[Builds], Path], size: int) -> Damage:
    """Damage to a file: only its beginning is left."""
    return lambda builds: os.truncate(file(builds), size)


def overwritten(file: Callable[[Builds], Path], share: float, size: int = 4096) -> Damage:
    """Damage to a file: noise stands in some of it."""

    def damage(builds: Builds) -> None:
        with file(builds).open("r+b") as opened:
            opened.seek(int(file(builds).stat().st_size * share))
            opened.write(NOISE.randbytes(size))

    return damage


def folder_instead(file: Callable[[Builds], Path]) -> Damage:
    """Damage: a folder with something in it stands where a file should."""

    def damage(builds: Builds) -> None:
        file(builds).unlink(missing_ok=True)
        file(builds).mkdir()
        (file(builds) / "x").write_text("x")

    return damage


def newest(builds: Builds) -> Path:
    """The published file."""
    return published_file(builds.publications)


def pointer(builds: Builds) -> Path:
    """The pointer to it."""
    return builds.pointer


def warehouse(builds: Builds) -> Path:
    """The warehouse."""
    return builds.warehouse


def beside(name: str) -> Callable[[Builds], Path]:
    """A file beside the publications."""
    return lambda builds: builds.publications / name


def older_named(builds: Builds) -> None:
    """Damage: the pointer names another whole file."""
    older = builds.publications / "20200101T000000000000.duckdb"
    shutil.copy(newest(builds), older)
    builds.pointer.write_text(f"{older.name}\n")


def model_altered(builds: Builds) -> None:
    """Damage: 200 bytes in the last quarter of a stored model are others."""
    with connect(builds.warehouse) as con:
        [(stored,)] = con.execute("select model from trained_12m").fetchall()
        altered = bytearray(stored)
        for at in range(len(stored) * 3 // 4, len(stored) * 3 // 4 + 200):
            altered[at] ^= 0x15
        con.execute("update trained_12m set model = $1", [bytes(altered)])


def block_of(table: str, column: str) -> Damage:
    """Damage: 4 KB of the block that holds a column of the warehouse are zeros."""

    def damage(builds: Builds) -> None:
        with connect(builds.warehouse, read_only=True) as con:
            [(block,)] = con.execute(
                f"select max(block_id) from pragma_storage_info('{table}')"
                f" where column_name = '{column}'"
            ).fetchall()
        with builds.warehouse.open("r+b") as file:
            file.seek(FIRST_BLOCK + block * BLOCK)
            file.write(bytes(4096))

    return damage


DAMAGE: dict[str, Damage] = {
    "none": lambda _: None,
    "published file cut": cut(newest, 100_000),
    "published file: 4 KB overwritten": overwritten(newest, 0.5),
    "published file empty": written(newest, b""),
    "published file gone": lambda builds: newest(builds).unlink(),
    "pointer empty": written(pointer, b""),
    "pointer binary": written(pointer, b"\xff\xfe\x00abc"),
    "pointer gone": lambda builds: builds.pointer.unlink(),
    "pointer names no file": written(pointer, b"20200101T000000000000.duckdb\n"),
    "pointer names an older file": older_named,
    "pointer a folder": folder_instead(pointer),
    "unfinished file a folder": folder_instead(beside(UNFINISHED)),
    "new pointer a folder": folder_instead(beside(f"{POINTER}.new")),
    "unfinished file left": written(beside(UNFINISHED), b"x" * 1000),
    "history beside it garbage": written(beside(HISTORY_FILE), b"junk"),
    "history beside it a folder": folder_instead(beside(HISTORY_FILE)),
    "record of forecasts garbage": written(beside(RECORD_FILE), b"junk"),
    "record of forecasts a folder": folder_instead(beside(RECORD_FILE)),
    "record of forecasts gone": lambda builds: (builds.publications / RECORD_FILE).unlink(),
    "record of forecasts without rows": sql("delete from published_forecasts"),
    "warehouse cut": cut(warehouse, 1_000_000),
    "warehouse empty": written(warehouse, b""),
    "warehouse noise": written(warehouse, NOISE.randbytes(300_000)),
    "warehouse text": written(warehouse, b"hello\n" * 1000),
    "warehouse a folder": folder_instead(warehouse),
    "warehouse gone": lambda builds: builds.warehouse.unlink(),
    "warehouse: 8 KB at its start": overwritten(warehouse, 0.0, 8192),
    "warehouse: 4 KB in its middle": overwritten(warehouse, 0.5),
    "warehouse: a block of features": block_of("features", "beta_12m"),
    "warehouse: a block of prices": block_of("base_daily_adjusted", "adj_close"),
    "log of the warehouse noise": lambda builds: builds.warehouse.with_suffix(
        ".duckdb.wal"
    ).write_bytes(NOISE.randbytes(50_000)),
    "model: 200 bytes altered": model_altered,
    "model cut": sql("update trained_12m set model = model[1:1000]"),
    "model empty": sql("update trained_12m set model = ''::blob"),
    "model null": sql("update trained_12m set model = null"),
    "model garbage": sql("update trained_12m set model = repeat('x', 20000)::blob"),
    "features of a model altered": sql("update trained_24m set features = features[:10]"),
    "z_68 of a model altered": sql("update trained_36m set z_68 = 99"),
    "trained_12m gone": sql("drop table trained_12m"),
    "trained_36m without rows": sql("delete from trained_36m"),
    "trained_12m lacks a column": without("trained_12m", "z_68"),
    "trained_12m lacks the digest": without("trained_12m", "model_sha256"),
    "remembered builds: a fingerprint altered": sql(
        "update build_fingerprints set fingerprint = 'x' where node like '%int_ratios'"
    ),
    "remembered builds: a content altered": sql(
        "update build_fingerprints set content = 'x' where node like '%.features'"
    ),
    "remembered builds: a version altered": sql(
        "update build_fingerprints set version = 'x' where node like '%.excess_returns'"
    ),
    "remembered builds twice": sql("insert into build_fingerprints from build_fingerprints"),
    "remembered builds without rows": sql("delete from build_fingerprints"),
    "remembered builds gone": sql("drop table build_fingerprints"),
    "remembered builds lack a column": without("build_fingerprints", "version"),
    "recorded runs lack a column": sql(
        "drop view run_history", "alter table recorded_nodes drop column is_kept"
    ),
    "recorded runs gone": sql("drop view run_history", "drop table recorded_nodes"),
    "features: a row deleted": sql(
        "delete from features where ticker = (select min(ticker) from features)"
    ),
    "features: values altered": sql("update features set beta_12m = 99"),
    "features a view": sql("drop table features", "create view features as select 1 as x"),
    "ticker_shap: values altered": sql("update ticker_shap set shap_value = shap_value + 1"),
    "ticker_shap without rows": sql("delete from ticker_shap"),
    "ticker_shap lacks a column": without("ticker_shap", "bias"),
    "model_stats: values altered": sql("update model_stats set test_rmse = 0"),
    "published without rows": sql("delete from published"),
    "published names another file": sql("update published set file = '/nowhere/x.duckdb'"),
    "published lacks a column": without("published", "sha256"),
    "published lacks its time": without("published", "published_at"),
}


def campaign(folder: Path, market: Path, only: list[str] | None = None) -> Iterator[Outcome]:
    """Damage a finished build in each way, and build again."""
    builds = Builds(folder / "damaged", market=str(market), **FEW_TREES)
    builds.parse(retrain=True)
    if builds.build() != 0:
        raise SystemExit(builds.log[-3000:])
    good = folder / "good"
    builds.keep(good)
    undamaged, recorded = builds.published(), builds.recorded()
    for name in only or DAMAGE:
        builds.restore(good)
        DAMAGE[name](builds)
        before = difference(undamaged, builds.published())
        code = builds.build()
        log = builds.log
        after = difference(undamaged, builds.published())
        if after == "equal" and not recorded <= builds.recorded():
            after = "published forecasts lost"
        if code == 0:
            outcome = "equal, exit 0" if after == "equal" else "not mended, exit 0"
        elif raw_text(log, code):
            outcome = f"raw: {raw_text(log, code)}"
        else:
            after_advice = follow(builds, log)
            outcome = f"refused in a sentence; after its advice {after_advice(undamaged)}"
        yield Outcome(name, outcome, after, sentence(log), before)


def follow(builds: Builds, log: str) -> Callable[[dict[str, tuple] | str], str]:
    """Do what a build said helps, and build again; takes what should come out."""
    settings = {"retrain": True} if "retrain: true" in log else {}
    at = sentence(log)
    if "move it away" in at or "move the warehouse away" in at:
        for path in (builds.warehouse, *builds.publications.iterdir()):
            if str(path) in at and path.exists():
                path.rename(builds.state / "moved_away")
                break
    code = builds.build(**settings)
    found = builds.published()

    def compared(undamaged: dict[str, tuple] | str) -> str:
        return difference(undamaged, found) if code == 0 else f"exit {code}: {sentence(builds.log)}"

    return compared
