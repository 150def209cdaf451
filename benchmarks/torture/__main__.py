"""Everything that may go wrong around a build: is anything lost, and what is said?

    python -m benchmarks.torture                           # all campaigns, about an hour
    python -m benchmarks.torture kills damage --kills 20   # some of them

On 25 stocks of ../shared/market, or of the built-in market where that is missing, with few trees
and fixed seeds. Each outcome is printed as it comes, and tables of all are kept in
benchmarks/results/. The exit code is 1 where anything was lost.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.torture import clock, damage, inputs, kills, limits, readers, tables
from benchmarks.torture.builds import ROOT, write_market

RESULTS = Path(__file__).parents[1] / "results"
CAMPAIGNS = ("kills", "damage", "limits", "clock", "readers", "inputs")


def main() -> None:
    """Run campaigns, keep their tables."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.torture",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("campaigns", nargs="*", metavar="|".join(CAMPAIGNS))
    parser.add_argument("--kills", type=int, default=200, help="kills that hit")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--results", type=Path, default=RESULTS)
    arguments = parser.parse_args()
    unknown = set(arguments.campaigns) - set(CAMPAIGNS)
    if unknown:
        parser.error(f"no campaign {', '.join(sorted(unknown))}: there are {', '.join(CAMPAIGNS)}")
    # Whoever works on the machine goes first.
    os.nice(10)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        market = write_market(folder / "market")
        campaigns: dict[str, Callable[[], Iterator[Any]]] = {
            "kills": lambda: kills.campaign(folder, market, arguments.kills, arguments.seed),
            "damage": lambda: damage.campaign(folder / "damage", market),
            "limits": lambda: limits.campaign(folder / "limits", market),
            "clock": lambda: clock.campaign(folder, market),
            "readers": lambda: readers.campaign(folder),
            "inputs": lambda: inputs.campaign(folder / "inputs", market),
        }
        lost = 0
        for campaign in arguments.campaigns or CAMPAIGNS:
            began = time.monotonic()
            outcomes = []
            for outcome in campaigns[campaign]():
                outcomes.append(outcome)
                print(outcome, flush=True)
            lost += sum(getattr(outcome, "is_lost", False) for outcome in outcomes)
            minutes = (time.monotonic() - began) / 60
            file = arguments.results / f"{datetime.now(UTC):%Y-%m-%d}_torture_{campaign}.md"
            file.write_text(tables.of(campaign, outcomes, minutes, commit()))
            print(f"{file}: {minutes:.0f} minutes", flush=True)
    sys.exit(lost > 0)


def commit() -> str:
    """The commit that is tortured."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return said.stdout.strip() or "unknown"


if __name__ == "__main__":
    main()
