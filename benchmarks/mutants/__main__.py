"""Mutants: which errors in what the project claims would the fast tests not notice?

    python -m benchmarks.mutants                                    # a sample of all
    python -m benchmarks.mutants ml/learning/splits.py by_hand --sample 0    # parts; 0: each mutant

mutmut changes the functions of the modules named in `TESTS`, one at a time, and runs those of the
module's tests that reach them. `by_hand.toml` has what it does not make: leaks, properties, SQL.
All happens in a copy of the project. A table and the survivors are printed as Markdown.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.mutants.forked_tests import fail

ROOT = Path(__file__).parents[2]
BY_HAND = Path(__file__).with_name("by_hand.toml")
BIN = Path(sys.executable).parent
TESTS = {
    "ml/learning/splits.py": ["learning/test_splits.py", "learning/test_leaks.py"],
    "ml/learning/forecasting.py": ["learning/test_forecasting.py", "learning/test_leaks.py"],
    "ml/learning/out_of_time.py": ["learning/test_out_of_time.py"],
    "ml/learning/prior.py": ["learning/test_prior.py"],
    "ml/learning/statistics.py": ["learning/test_statistics.py"],
    "ml/learning/baselines.py": ["learning/test_baselines.py", "learning/test_leaks.py"],
    "ml/learning/boosting.py": [
        "learning/test_boosting.py",
        "learning/test_forecasting.py",
        "learning/test_contributions.py",
    ],
    "ml/learning/contributions.py": ["learning/test_contributions.py"],
    "ml/learning/backtesting.py": ["learning/test_backtesting.py", "learning/test_leaks.py"],
    "ml/learning/training.py": [
        "warehouse/test_training.py",
        "learning/test_leaks.py",
        "warehouse/test_kept_models.py",
    ],
    "ml/warehouse/backtesting.py": ["learning/test_backtesting.py", "learning/test_leaks.py"],
    "ml/warehouse/fingerprints.py": [
        "warehouse/test_fingerprints.py",
        "warehouse/test_kept_models.py",
    ],
    "ml/warehouse/record.py": ["warehouse/test_record.py"],
    "ml/warehouse/training.py": [
        "warehouse/test_training.py",
        "learning/test_leaks.py",
        "warehouse/test_kept_models.py",
    ],
}
# The file that mutmut writes has each function once a mutant: to parse it takes seconds, and no
# mutant needs it. What the digest of the code covers is among the mutants by hand.
DIGEST_OF_CODE = ("what_decides(file.read_text())", "file.read_text()")
PARSING_TESTS = [
    f"tests/ml/warehouse/test_fingerprints.py::test_{name}"
    for name in (
        "learning_needs_nothing_of_the_warehouse",
        "one_module_has_all_that_is_catboosts",
        "the_digest_is_of_all_code_that_decides_a_model",
        "what_code_says_and_where_it_stands_decides_nothing",
        "only_todays_code_is_said_to_be_moved",
    )
]
MARKET = "{steps: 20, seed: 1, simulated_tickers: 40, simulated_years: 13, backtest_folds: 2}"
SECONDS = 600


@dataclass(frozen=True)
class Outcome:
    """What became of a mutant.

    Attributes:
        part: the module, or `by hand`.
        name: which mutant of it.
        is_killed: whether a test failed.
        change: what was changed, where it survived.
    """

    part: str
    name: str
    is_killed: bool
    change: str = ""


def main() -> None:
    """Try mutants, print a table of them and the survivors."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.mutants",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parts = [*TESTS, "by_hand"]
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(parts))
    parser.add_argument("--sample", type=int, default=40, help="mutants of each module; 0: all")
    parser.add_argument("--folder", type=Path, help="keep the copy, and the market built, there")
    arguments = parser.parse_args()
    unknown = set(arguments.parts) - set(parts)
    if unknown:
        parser.error(f"no part {', '.join(sorted(unknown))}: there are {', '.join(parts)}")
    # Whoever works on the machine goes first.
    os.nice(10)
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        outcomes = []
        for part in arguments.parts or parts:
            project = copy_project(folder / "project")
            tried = (
                by_hand(project)
                if part == "by_hand"
                else by_mutmut(project, part, arguments.sample)
            )
            for outcome in tried:
                outcomes.append(outcome)
                print("killed" if outcome.is_killed else "SURVIVED", outcome.name, flush=True)
    print(table(outcomes))


def copy_project(project: Path) -> Path:
    """The files under version control, as they are now."""
    shutil.rmtree(project, ignore_errors=True)
    listed = run(["git", "ls-files", "--cached", "--others", "--exclude-standard"], ROOT).stdout
    for name in listed.splitlines():
        if (ROOT / name).is_file():
            (project / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, project / name)
    return project


def by_mutmut(project: Path, module: str, sample: int) -> Iterator[Outcome]:
    """Mutants of one module, each against the module's tests."""
    fingerprints = project / "ml" / "warehouse" / "fingerprints.py"
    fingerprints.write_text(fingerprints.read_text().replace(*DIGEST_OF_CODE))
    tests = [f"tests/ml/{name}" for name in TESTS[module] if (project / "tests/ml" / name).exists()]
    settings = {
        "source_paths": ["ml"],
        "only_mutate": [module],
        "also_copy": ["seeds"],
        "pytest_add_cli_args": ["-p", "no:cacheprovider", "-n0"]
        + [f"--deselect={test}" for test in PARSING_TESTS],
        "pytest_add_cli_args_test_selection": tests,
        # Threads of polars and CatBoost do not survive a fork.
        "process_isolation": "forkserver",
    }
    with (project / "pyproject.toml").open("a") as file:
        file.write("\n[tool.mutmut]\n")
        file.writelines(f"{key} = {json.dumps(value)}\n" for key, value in settings.items())
    name = module.removesuffix(".py").replace("/", ".")
    # None matches: mutants are made, and none is tried.
    run([BIN / "mutmut", "run", "--max-children", "1", f"{name}.x_none__mutmut_0"], project)
    names = sorted(exit_codes(project, module))
    chosen = random.Random(name).sample(names, min(sample or len(names), len(names)))
    said = run([BIN / "mutmut", "run", "--max-children", "1", *chosen], project, SECONDS * 10)
    codes = exit_codes(project, module)
    if any(codes[each] is None for each in chosen):
        sys.exit(f"mutmut did not try all mutants of {module}:\n{said.stdout[-2000:]}")
    for each in chosen:
        # 0: all tests passed; 33: none reaches the function.
        is_killed = codes[each] not in (0, 33)
        change = "" if is_killed else changed_lines(project, each)
        yield Outcome(module, each, is_killed, change)


def exit_codes(project: Path, module: str) -> dict[str, int | None]:
    """Of the tests of each mutant that mutmut made of a module; None where it was not tried."""
    file = project / "mutants" / f"{module}.meta"
    codes: dict[str, int | None] = json.loads(file.read_text())["exit_code_by_key"]
    return codes


def changed_lines(project: Path, name: str) -> str:
    """The lines that a mutant of mutmut takes away and puts in their place."""
    shown = run([BIN / "mutmut", "show", name], project).stdout.splitlines()
    return "\n".join(
        line for line in shown if line[:1] in "+-" and not line.startswith(("+++", "---"))
    )


def by_hand(project: Path) -> Iterator[Outcome]:
    """The mutants of `by_hand.toml`, each against the tests that it names."""
    listed = tomllib.loads(BY_HAND.read_text())
    for mutant in listed["mutants"]:
        if mutant["was"] == mutant["becomes"] or (
            (project / mutant["file"]).read_text().count(mutant["was"]) != 1
        ):
            sys.exit(f"{mutant['file']} does not have this once: {mutant['was']}")
    in_python = [mutant for mutant in listed["mutants"] if "tests" in mutant]
    for name in dict.fromkeys(mutant["tests"] for mutant in in_python):
        if fail(project, listed["tests"][name]):
            sys.exit(f"without any mutant, {' '.join(listed['tests'][name])} fail")
    for mutant in in_python:
        with mutated(project, mutant):
            failed = fail(project, listed["tests"][mutant["tests"]])
        yield outcome_by_hand(mutant, failed)
    in_sql = [mutant for mutant in listed["mutants"] if "select" in mutant]
    if in_sql:
        build_market(project, in_sql)
    while in_sql:
        together = apart(in_sql)
        with ExitStack() as stack:
            for mutant in together:
                stack.enter_context(mutated(project, mutant))
            failing = failing_tests(project, together)
        for mutant in together:
            yield outcome_by_hand(mutant, bool(failing & selected(mutant)))
        in_sql = [mutant for mutant in in_sql if mutant not in together]


@contextmanager
def mutated(project: Path, mutant: dict[str, str]) -> Iterator[None]:
    """A mutant in the project, until its tests have run."""
    file = project / mutant["file"]
    original = file.read_text()
    file.write_text(original.replace(mutant["was"], mutant["becomes"]))
    yield
    file.write_text(original)


def outcome_by_hand(mutant: dict[str, str], is_killed: bool) -> Outcome:
    """What became of a mutant of `by_hand.toml`."""
    change = "" if is_killed else f"-{mutant['was']}\n+{mutant['becomes']}"
    return Outcome(f"by hand: {mutant['file']}", mutant["kind"], is_killed, change)


def selected(mutant: dict[str, str]) -> set[str]:
    """Models whose unit tests, and singular tests, a mutant can fail: all that use its file."""
    return set(mutant["select"].split())


def apart(mutants: list[dict[str, str]]) -> list[dict[str, str]]:
    """As many mutants as no test has two of: dbt starts once for them all."""
    together: list[dict[str, str]] = []
    taken: set[str] = set()
    for mutant in mutants:
        if not taken & {mutant["file"], *selected(mutant)}:
            together.append(mutant)
            taken |= {mutant["file"], *selected(mutant)}
    return together


def build_market(project: Path, mutants: list[dict[str, str]]) -> None:
    """A small market with all that is made of it, which tests of SQL read; they must pass."""
    if not (project.parent / "warehouse.duckdb").exists():
        built = dbt(project, "build", "--exclude", "published", "published_panel",
                    "--exclude-resource-type", "test", "unit_test")  # fmt: skip
        if built.returncode:
            sys.exit(built.stdout[-3000:])
    if failing := failing_tests(project, mutants):
        sys.exit(f"without any mutant, these fail: {', '.join(sorted(failing))}")


def failing_tests(project: Path, mutants: list[dict[str, str]]) -> set[str]:
    """Models of which a unit test fails, and singular tests that fail."""
    names = sorted(set().union(*map(selected, mutants)))
    selection = [name if name.startswith("assert_") else f"{name},test_type:unit" for name in names]
    said = dbt(project, "test", "--select", *selection)
    file = project.parent / "target" / "run_results.json"
    if not file.exists():
        sys.exit(said.stdout[-3000:])
    results = json.loads(file.read_text())["results"]
    file.unlink()
    return {
        result["unique_id"].split(".")[2]
        for result in results
        if result["status"] in ("fail", "error")
    }


def dbt(project: Path, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run dbt on the small market."""
    environment = {
        "WAREHOUSE": str(project.parent / "warehouse.duckdb"),
        "DBT_TARGET_PATH": str(project.parent / "target"),
        "DBT_LOG_PATH": str(project.parent / "logs"),
    }
    return run([BIN / "dbt", command, *arguments, "--vars", MARKET], project, **environment)


def run(
    command: Iterable[str | Path], folder: Path, seconds: int = SECONDS, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a program; one that takes too long has failed."""
    try:
        return subprocess.run(
            [str(part) for part in command],
            cwd=folder,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess([], 1, "", "")


def table(outcomes: list[Outcome]) -> str:
    """Mutants by module, and what survived."""
    lines = ["", "| part | tried | killed | survived |", "|---|---|---|---|"]
    for part in [*dict.fromkeys(outcome.part for outcome in outcomes), None]:
        tried = [outcome for outcome in outcomes if part in (None, outcome.part)]
        killed = sum(outcome.is_killed for outcome in tried)
        lines.append(f"| {part or 'all'} | {len(tried)} | {killed} | {len(tried) - killed} |")
    for outcome in outcomes:
        if not outcome.is_killed:
            lines += ["", f"{outcome.name}:", "", "```", outcome.change, "```"]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
