"""What the Python models share: splits, training, statistics, explanations, publishing."""

import os

# Read when polars is imported: what it frees goes back to the system, which the fits need.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:0,muzzy_decay_ms:0")
