"""dbt in forks of a process that has read the project: a command costs its nodes and little else.

    python -m benchmarks.forked_dbt    # a process that runs what it is asked to, line by line

Each line it reads is a request to `Forks.start` in JSON; it answers with the id of the process,
and with its exit code once that has ended.
"""

import contextlib
import functools
import importlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner

ROOT = Path(__file__).parents[1]
LONGEST = 600
HANGS = "hangs"
# What dbt has in Rust to read models starts threads, without which it hangs in a fork.
OPTIONS = ("--no-use-colors", "--no-static-parser")


class Forks:
    """Runs dbt in forks of this process, which must have no threads of its own."""

    def __init__(self) -> None:
        """Nothing is read yet."""
        self.projects: dict[str, Any] = {}
        # Else each fork would load them.
        for library in ("catboost", "polars", "pyarrow"):
            importlib.import_module(library)

    def parse(self, settings: Mapping[str, object]) -> Any:
        """The project as it is with these vars, read once."""
        key = as_text(
            {name: settings[name] for name in sorted(vars_of_configs() & settings.keys())}
            # Nothing in the project's own files follows a folder's name.
            | ({} if settings.get("market", "simulated") == "simulated" else {"market": "own"})
        )
        if key not in self.projects:
            with tempfile.TemporaryDirectory() as folder, contextlib.chdir(ROOT):
                os.environ["WAREHOUSE"] = f"{folder}/warehouse.duckdb"
                places = ("--target-path", folder, "--log-path", folder)
                read = dbtRunner().invoke(
                    [*OPTIONS, "--quiet", "parse", *places, "--vars", as_text(settings)]
                )
            if not read.success:
                raise ValueError(str(read.exception))
            self.projects[key] = read.result
        return self.projects[key]

    def start(
        self,
        arguments: Sequence[str],
        settings: Mapping[str, object],
        environment: Mapping[str, str],
        out: Path | str,
        errors: Path | str | None = None,
        is_read: bool = True,
        before: Callable[[], object] = lambda: None,
    ) -> int:
        """Fork a command; the id of its process, and of the group that it leads.

        Args:
            arguments: of dbt, without vars.
            settings: its vars.
            environment: beside that of this process.
            out: the file that has what it says.
            errors: the file that has what it says of errors, if another.
            is_read: whether it begins where the project has been read; else it reads it itself,
                and refuses vars that it does not understand.
            before: called in the new process, to limit it for example.
        """
        project = self.parse(settings) if is_read else None
        process = os.fork()
        if process:
            return process
        code = 3
        try:
            os.setsid()
            for file, number in ((out, 1), (errors or out, 2)):
                how = os.O_APPEND if file == out and number == 2 else os.O_TRUNC
                os.dup2(os.open(file, os.O_CREAT | os.O_WRONLY | how, 0o600), number)
            os.chdir(ROOT)
            os.environ.update(environment)
            before()
            command = [*OPTIONS, *arguments, "--vars", as_text(settings)]
            # What dbt writes down as its command.
            sys.argv = ["dbt", *command]
            result = dbtRunner(manifest=project).invoke(command)
            DuckDBConnectionManager.close_all_connections()
            code = 0 if result.success else 1 if result.exception is None else 2
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def as_text(settings: Mapping[str, object]) -> str:
    """Vars as they stand on the command line."""
    return yaml.safe_dump(dict(settings), default_flow_style=True)


@functools.cache
def vars_of_configs() -> set[str]:
    """Vars that matter when the project is read, since a config has them: all others wait."""
    descriptions = [ROOT / "dbt_project.yml"]
    for folder in ("models", "seeds", "tests"):
        descriptions += (ROOT / folder).rglob("*.yml")
    configs = [file.read_text() for file in descriptions]
    for folder in ("models", "tests"):
        for file in (ROOT / folder).rglob("*.sql"):
            configs += re.findall(r"config\(.*?\)\s*-?\}\}", file.read_text(), re.DOTALL)
    names = {name for text in configs for name in re.findall(r"var\(\s*['\"](\w+)", text)}
    return names - {"market"}


def wait(process: int, seconds: float = LONGEST) -> int | str:
    """Exit code of a fork, or minus the signal that ended it; `hangs` when it does."""
    ends = time.monotonic() + seconds
    try:
        while time.monotonic() < ends:
            code = poll(process)
            if code is not None:
                return code
            time.sleep(0.02)
    except BaseException:
        end(process)
        raise
    end(process)
    return HANGS


def poll(process: int) -> int | None:
    """Exit code of a fork; None while it runs."""
    ended, status = os.waitpid(process, os.WNOHANG)
    return os.waitstatus_to_exitcode(status) if ended else None


def end(process: int) -> None:
    """Kill a fork's whole group, as a machine that goes down would."""
    os.killpg(process, signal.SIGKILL)
    os.waitpid(process, 0)


class Apart:
    """Forks of a process apart, for a process that has threads."""

    def __init__(self) -> None:
        """Start the process; it ends with this one."""
        self.process = subprocess.Popen(
            # Its forks end without giving back what this process holds.
            [sys.executable, "-W", "ignore:resource_tracker", "-m", "benchmarks.forked_dbt"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.running: int | None = None

    def start(
        self,
        arguments: Sequence[str],
        settings: Mapping[str, object],
        environment: Mapping[str, str],
        out: str,
        errors: str,
        is_read: bool = True,
    ) -> int:
        """Fork a command, as `Forks.start` does; one at a time."""
        if self.running is not None:
            # Whoever started it gave up: its exit code is not the answer to what comes now.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.running, signal.SIGKILL)
            self.wait()
        given = (arguments, settings, environment, out, errors, is_read)
        print(json.dumps(given), file=self.process.stdin, flush=True)
        self.running = int(self.process.stdout.readline())
        return self.running

    def wait(self) -> int:
        """Exit code of what was started last."""
        code = int(self.process.stdout.readline())
        self.running = None
        return code


@functools.cache
def apart() -> Apart:
    """The one such process of this one."""
    return Apart()


def serve() -> None:
    """Start what is asked for, line by line."""
    # What dbt says of reading the project is none of the answers.
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    forks = Forks()
    for line in sys.stdin:
        given = json.loads(line)
        try:
            process = forks.start(*given)
        except ValueError:
            # A project that cannot be read: the command itself says why.
            process = forks.start(*given[:-1], False)
        print(process, file=answers)
        print(wait(process), file=answers)


if __name__ == "__main__":
    serve()
