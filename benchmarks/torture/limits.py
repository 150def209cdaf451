"""Builds with too little disk, file size or memory: is it said in a sentence, is anything lost?"""

import contextlib
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.torture.builds import FEW_TREES, LEAN, Builds, difference
from benchmarks.torture.words import raw_text, sentence

DISK_MB = 150
FREE_KB = (0, 400, 2_500, 6_000, 9_000, 14_000)
DISKS_FROM_NOTHING_MB = (8, 22)
FILE_SIZES_MB = (2, 8, 16)
MEMORY_MB = (1_000, 1_500, 2_200)


@dataclass
class Outcome:
    """What a build without enough of something did, and the next one, which had enough."""

    limit: str
    outcome: str
    published: str
    next_build: str
    said: str

    @property
    def is_lost(self) -> bool:
        """Whether a publication was lost, or the next build was not as if nothing had been."""
        return self.next_build != "equal" or self.published not in ("equal", "none yet")


def campaign(folder: Path, market: Path) -> Iterator[Outcome]:
    """Builds that train and publish anew, or begin from nothing, under one limit after another."""
    builds = Builds(folder / "starved", market=str(market), **FEW_TREES)
    builds.parse(retrain=True)
    with disk(builds.state) as is_mounted:
        if builds.build() != 0:
            raise SystemExit(builds.log[-3000:])
        good = folder / "good"
        builds.keep(good)
        undisturbed = builds.published()

        def tried(limit: str, code: int | str, after: Callable[[], object] = bool) -> Outcome:
            log = builds.log
            raw = raw_text(log, code)
            outcome = "enough" if code == 0 else f"raw: {raw}" if raw else "refused in a sentence"
            published = "none yet"
            if builds.named() is not None:
                published = difference(undisturbed, builds.published())
            after()
            code = builds.build()
            next_build = difference(undisturbed, builds.published())
            if code != 0:
                next_build = f"exit {code}: {sentence(builds.log)}"
            return Outcome(limit, outcome, published, next_build, sentence(log))

        for free in FREE_KB if is_mounted else ():
            builds.restore(good)
            ballast = builds.state / "ballast"
            taken = shutil.disk_usage(builds.state).free - free * 1024
            ballast.write_bytes(bytes(taken))
            yield tried(f"disk with {free} KB free", builds.build(retrain=True), ballast.unlink)
        for size in FILE_SIZES_MB:
            builds.restore(good)
            limit = limited(resource.RLIMIT_FSIZE, size)
            # dbt's own log is longer, and says so of each line until what it says is too.
            code = builds.build(*LEAN, before=limit, retrain=True)
            yield tried(f"files of {size} MB", code)
        for size in MEMORY_MB:
            builds.restore(good)
            limit = limited(resource.RLIMIT_AS, size)
            yield tried(f"address space of {size} MB", builds.build(before=limit, retrain=True))
        for size in DISKS_FROM_NOTHING_MB if is_mounted else ():
            builds.clear()
            resize(builds.state, size)
            code = builds.build()
            yield tried(f"from nothing, disk of {size} MB", code, lambda: resize(builds.state))


def limited(kind: int, megabytes: int) -> Callable[[], None]:
    """Limits a process, and those it starts."""
    return lambda: resource.setrlimit(kind, (megabytes << 20, megabytes << 20))


@contextlib.contextmanager
def disk(folder: Path) -> Iterator[bool]:
    """A small disk in memory, which only root may mount; without it there is none."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", str(folder)]
    is_mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield is_mounted
    finally:
        if is_mounted:
            subprocess.run(["umount", str(folder)], check=True)


def resize(folder: Path, megabytes: int = DISK_MB) -> None:
    """Make the small disk smaller or larger."""
    subprocess.run(["mount", "-o", f"remount,size={megabytes}m", str(folder)], check=True)
