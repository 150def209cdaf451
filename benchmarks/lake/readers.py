"""Readers of a lake while a build goes on."""

import json
import os
import sys
import time
from collections import Counter
from pathlib import Path

import duckdb

from benchmarks.lake.builds import answers, build, catalogue_on_a_server, opened, started

READERS = 20


def read(catalogue: str, stop: str, pause: float = 8) -> None:
    """Read what was published last, over and over: prints what was seen of it, and errors."""
    seen: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    while not Path(stop).exists():
        try:
            with opened(catalogue) as con:
                [[snapshot]] = con.execute(
                    "select max(snapshot_id) from ducklake_snapshots('lake')"
                    " where commit_message = 'published'"
                ).fetchall()
            with opened(catalogue, f"(read_only, snapshot_version {snapshot})") as con:
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
        processes = started("benchmarks.lake.readers", [[os.environ["LAKE"], str(stop)]] * READERS)
        seconds = build(folder, "lake", seed=2, retrain=True)
        time.sleep(5)
        stop.touch()
        found = answers(processes)
    seen = sum((Counter(some) for some, _ in found), Counter())
    errors = sum((Counter(failed) for _, failed in found), Counter())
    print(f"{READERS} readers, {seen.total()} reads during a build of {seconds:.0f} s")
    print(f"states seen: {list(seen.values())}, of which there should be 2")
    print("errors:", dict(errors) or "none")


if __name__ == "__main__":
    read(*sys.argv[1:])
