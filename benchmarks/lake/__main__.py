"""What a lake does, by one of these.

    python -m benchmarks.lake same       # a file's build and a lake's: time, bytes, every table
    python -m benchmarks.lake s3         # files and publications on a server of s3, which then dies
    python -m benchmarks.lake readers    # twenty readers of the lake while a build goes on
    python -m benchmarks.lake trainers   # seven trainers at once, then one publisher
    python -m benchmarks.lake writers    # six programs write and read at once, 216 times
    python -m benchmarks.lake gone       # the catalogue's server dies in the middle of a build

In an environment with requirements-lake.txt (`make lake`).
"""

import argparse
import tempfile
from pathlib import Path

from benchmarks.lake.gone import gone
from benchmarks.lake.readers import readers
from benchmarks.lake.targets import s3, same
from benchmarks.lake.trainers import trainers
from benchmarks.lake.writers import writers

WHAT = {what.__name__: what for what in (same, s3, readers, trainers, writers, gone)}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=WHAT)
    with tempfile.TemporaryDirectory() as folder:
        WHAT[parser.parse_args().what](Path(folder))
