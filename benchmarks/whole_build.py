"""What does the whole of `dbt build` cost, beside three bare fits on the same panel?

Builds a market that lies there as parquet from nothing, runs the reference (`reference.py`) on its
panel, and builds again with nothing new, in turn `--runs` times. Prints one markdown table of
medians and keeps it in `benchmarks/results`. With several sizes: how time grows with the rows, as
a table and a plot.

    python -m benchmarks.whole_build
    python -m benchmarks.whole_build --runs 3
    python -m benchmarks.whole_build --tickers 500 1000 2000 5000

Linux only: memory is read from /proc.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median

import matplotlib

matplotlib.use("svg")

import matplotlib.pyplot as plt
import numpy as np

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"
DBT = Path(sys.executable).with_name("dbt")
LIBRARIES = ("dbt-core", "dbt-duckdb", "duckdb", "catboost", "polars")
POLL_SECONDS = 0.1
PAGE = os.sysconf("SC_PAGE_SIZE")

COLUMNS = "| | wall s | of the reference | CPU s | of the reference | peak memory GB |"
LEGEND = """\
The reference is three bare CatBoost fits on the same panel's rows (`benchmarks/reference.py`); its
seconds are those of the fits and their pools, its memory that of the process, the panel included.
Builds are process trees: seconds from start to end, CPU seconds of user and system, and the largest
sum of resident memory, polled ten times a second (shared pages count in each process). Figures
and ratios are medians over the runs; the ratios are taken within each run. Stages share out the
wall time of a build: while two nodes run, each gets half of it. "no node" is the rest: start,
parsing, and what dbt does between and after nodes."""


@dataclass
class Cost:
    """What one process tree, or a stage of it, took."""

    wall: float
    cpu: float | None = None
    memory: float | None = None


@dataclass
class Run:
    """Costs of one run by name, in the order of the table."""

    panel_rows: int
    costs: dict[str, Cost] = field(default_factory=dict)


def tree_memory(root: int) -> int:
    """Resident bytes of a process and all that descend from it."""
    pages, processes = 0, [str(root)]
    for process in processes:
        folder = Path("/proc") / process
        try:
            pages += int((folder / "statm").read_text().split()[1])
            for thread in (folder / "task").iterdir():
                processes += (thread / "children").read_text().split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # ended meanwhile
    return PAGE * pages


def measure(command: list[str | Path], environment: dict[str, str], log: Path) -> Cost:
    """Run a command to its end, which must be a success, and return what its tree took."""
    with log.open("w") as output:
        started = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        peak = 0
        while True:
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            peak = max(peak, tree_memory(process.pid))
            time.sleep(POLL_SECONDS)
        wall = time.monotonic() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{log.read_text()[-5000:]}\n{' '.join(map(str, command))} failed, see above")
    return Cost(wall, usage.ru_utime + usage.ru_stime, peak / 1e9)


def stage_seconds(target: Path) -> dict[str, float]:
    """Wall seconds of the last build by folder of models or kind of node, in order of the first.

    An instant at which k nodes run gives each of their stages 1/k of it.
    """
    manifest = json.loads((target / "manifest.json").read_text())
    nodes = {**manifest["nodes"], **manifest["unit_tests"]}
    events: list[tuple[datetime, int, str]] = []
    for result in json.loads((target / "run_results.json").read_text())["results"]:
        node = nodes.get(result["unique_id"], {"resource_type": "operation"})
        stage = {
            "model": lambda node=node: f"models/{node['path'].partition('/')[0]}",
            "unit_test": lambda: "tests",
            "test": lambda: "tests",
            "seed": lambda: "seeds",
            "operation": lambda: "hooks",
        }[node["resource_type"]]()
        if result["timing"]:
            events.append((moment(result["timing"][0]["started_at"]), 1, stage))
            events.append((moment(result["timing"][-1]["completed_at"]), -1, stage))
    seconds: dict[str, float] = defaultdict(float)
    running: list[str] = []
    before = None
    for at, change, stage in sorted(events, key=lambda event: event[0]):
        for active in running:
            seconds[active] += (at - before).total_seconds() / len(running)
        if change == 1:
            running.append(stage)
        else:
            running.remove(stage)
        before = at
    return dict(seconds)


def moment(text: str) -> datetime:
    """A timestamp of dbt's artifacts."""
    return datetime.fromisoformat(text)


def run_once(market: Path, folder: Path, steps: int) -> Run:
    """Build from nothing, run the reference on the panel, and build again."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    warehouse, target = folder / "warehouse.duckdb", folder / "target"
    environment = {
        "WAREHOUSE": str(warehouse),
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(folder / "logs"),
    }
    build: list[str | Path] = [DBT, "--no-use-colors", "build"]
    build += ["--vars", json.dumps({"market": str(market), "steps": steps})]

    def built(name: str) -> dict[str, Cost]:
        cost = measure(build, environment, folder / f"{name}.log")
        stages = stage_seconds(target)
        rest = cost.wall - sum(stages.values())
        return {
            name: cost,
            f"{name}: no node": Cost(rest),
            **{f"{name}: {stage}": Cost(seconds) for stage, seconds in stages.items()},
        }

    first = built("dbt build, from nothing")
    log = folder / "reference.log"
    reference = measure([sys.executable, "-m", "benchmarks.reference", warehouse], {}, log)
    fits = json.loads(log.read_text())
    costs = {"reference": Cost(fits["wall"], fits["cpu"], reference.memory)}
    again = built("dbt build, nothing new")
    return Run(fits["panel_rows"], {**costs, **first, **again})


def middle(runs: list[Run], figure: Callable[[Run], float | None]) -> float | None:
    """Median of a figure over the runs that have it."""
    figures = [value for run in runs if (value := figure(run)) is not None]
    return median(figures) if figures else None


def row(name: str, runs: list[Run]) -> list[float | None]:
    """Wall seconds, their ratio, CPU seconds, their ratio and memory: medians over the runs."""

    def of(run: Run, attribute: str, name: str = name) -> float | None:
        return getattr(run.costs[name], attribute) if name in run.costs else None

    def ratio(run: Run, attribute: str) -> float | None:
        value = of(run, attribute)
        return None if value is None else value / of(run, attribute, "reference")

    return [
        middle(runs, lambda run: of(run, "wall")),
        middle(runs, lambda run: ratio(run, "wall")),
        middle(runs, lambda run: of(run, "cpu")),
        middle(runs, lambda run: ratio(run, "cpu")),
        middle(runs, lambda run: of(run, "memory")),
    ]


def markdown(name: str, figures: list[float | None], decimals: tuple[int, ...]) -> str:
    """One line of a table."""
    cells = [
        "" if value is None else f"{value:,.{places}f}"
        for value, places in zip(figures, decimals, strict=True)
    ]
    return f"| {' | '.join([name, *cells])} |"


def table(runs: list[Run]) -> str:
    """The table of one size."""
    names = dict.fromkeys(name for run in runs for name in run.costs)
    lines = [markdown(name, row(name, runs), (1, 2, 1, 2, 2)) for name in names]
    return "\n".join([COLUMNS, "|---|--:|--:|--:|--:|--:|", *lines])


def scaling(sizes: dict[int, list[Run]], plot: Path) -> str:
    """How the first build grows with the panel's rows: a table, the exponents, and a plot."""
    name = "dbt build, from nothing"
    rows = {tickers: runs[0].panel_rows for tickers, runs in sizes.items()}
    figures = {tickers: row(name, runs) for tickers, runs in sizes.items()}
    lines = [
        markdown(f"{tickers:,}", [rows[tickers], *figures[tickers]], (0, 1, 2, 1, 2, 2))
        for tickers in sizes
    ]
    axes = plt.figure(figsize=(6, 4), layout="constrained").subplots()
    exponents = []
    for label, position in {"wall seconds": 0, "CPU seconds": 2}.items():
        x = np.log([rows[tickers] for tickers in sizes])
        y = np.log([figures[tickers][position] for tickers in sizes])
        slope, level = np.polyfit(x, y, 1)
        [points] = axes.loglog(np.exp(x), np.exp(y), "o")
        axes.loglog(
            np.exp(x),
            np.exp(level + slope * x),
            color=points.get_color(),
            label=f"{label}: exponent {slope:.2f}",
        )
        exponents.append(f"{label} {slope:.2f}")
    axes.set(xlabel="rows of the panel", ylabel="dbt build from nothing, seconds")
    axes.legend()
    axes.figure.savefig(plot, metadata={"Date": None})
    return "\n".join(
        [
            COLUMNS.replace("| |", "| stocks | panel rows |", 1),
            "|--:|--:|--:|--:|--:|--:|--:|",
            *lines,
            "",
            f"Exponent of the time against the rows (slope in logarithms): {', '.join(exponents)}.",
            "",
            f"![time against rows]({plot.name})",
        ]
    )


def conditions(arguments: argparse.Namespace, rows: str) -> str:
    """What was measured, on what."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty", "--exclude", "*"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    machine = os.sysconf("SC_PHYS_PAGES") * PAGE / 1e9
    return (
        f"Commit {commit}. {rows} rows in the panel, at most {arguments.steps} trees, "
        f"{arguments.runs} run{'s' * (arguments.runs > 1)}. {os.cpu_count()} cores, "
        f"{machine:.0f} GB. Python {platform.python_version()}, {libraries}."
    )


def export(tickers: int, years: int, folder: Path) -> Path:
    """The built-in market of this size as parquet, made unless it is there."""
    market = folder / f"market_{tickers}x{years}"
    if not market.is_dir():
        command = ["make", "export-market", f"TICKERS={tickers}", f"YEARS={years}"]
        subprocess.run([*command, f"FOLDER={market}"], cwd=ROOT, check=True, stdout=sys.stderr)
    return market


def main() -> None:
    """Measure, print the table and keep it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--tickers", type=int, nargs="+", default=[2000], help="stocks, by market")
    parser.add_argument("--years", type=int, default=20, help="years of each market")
    parser.add_argument("--runs", type=int, default=1, help="repetitions, of which the median")
    parser.add_argument("--steps", type=int, default=200, help="our upper bound on trees")
    parser.add_argument(
        "--folder",
        type=Path,
        default=ROOT / "target" / "benchmark",
        help="where warehouses and markets go; a market found there is taken as it is",
    )
    parser.add_argument("--name", help="of the result's file, after the date")
    arguments = parser.parse_args()

    folder = arguments.folder.resolve()
    markets = {
        tickers: export(tickers, arguments.years, folder) for tickers in sorted(arguments.tickers)
    }
    sizes: dict[int, list[Run]] = {tickers: [] for tickers in markets}
    for _ in range(arguments.runs):
        for tickers, market in markets.items():
            sizes[tickers].append(run_once(market, folder / "build", arguments.steps))

    rows = ", ".join(f"{runs[0].panel_rows:,}" for runs in sizes.values())
    name = arguments.name or ("scaling" if len(sizes) > 1 else "whole_build")
    day = datetime.now(UTC).date().isoformat()
    RESULTS.mkdir(exist_ok=True)
    file = RESULTS / f"{day}_{name}.md"
    stocks = ", ".join(f"{tickers:,}" for tickers in sizes)
    figures = scaling(sizes, file.with_suffix(".svg")) if len(sizes) > 1 else table(*sizes.values())
    text = "\n\n".join(
        [
            f"# {stocks} stocks, {arguments.years} years, {day}",
            conditions(arguments, rows),
            figures,
            LEGEND,
        ]
    )
    file.write_text(f"{text}\n")
    print(figures)


if __name__ == "__main__":
    main()
