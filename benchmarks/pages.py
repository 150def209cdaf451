"""CPU that the script of each page takes: `PUBLISHED=<file> python -m benchmarks.pages [page …]`.

Of a first visitor, and of the middle one of five later ones. CPU, since seconds by the clock say
more of what else the machine does.
"""

import statistics
import sys
import time
from pathlib import Path
from typing import Any

from streamlit.runtime.scriptrunner import script_runner
from streamlit.testing.v1 import AppTest

import dashboard.server  # noqa: F401 - reads what pages draw with, as it does before a visitor comes

VIEWS = Path(__file__).parents[1] / "dashboard" / "views"
run_script = script_runner.exec_func_with_error_handling
took: list[float] = []


def timed(*arguments: Any) -> Any:
    """What Streamlit runs a page with, and its CPU seconds into `took`."""
    before = time.thread_time()
    try:
        return run_script(*arguments)
    finally:
        took.append(time.thread_time() - before)


script_runner.exec_func_with_error_handling = timed
print("| Page | First visitor | Later ones |\n|---|--:|--:|")
for name in sys.argv[1:] or sorted(view.stem for view in VIEWS.glob("*.py")):
    took.clear()
    for _ in range(6):
        AppTest.from_file(VIEWS / f"{name}.py", default_timeout=120).run()
    print(f"| {name} | {took[0]:.2f} | {statistics.median(took[1:]):.2f} |", flush=True)
