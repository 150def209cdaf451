"""What the Python models share.

`learning` makes models of arrays: what to change for another forecast. `warehouse` stands between
them and the tables: which models there are, what they said, what is published.
"""

import os

# Read when polars is imported: what it frees goes back to the system, which the fits need.
os.environ.setdefault("_RJEM_MALLOC_CONF", "dirty_decay_ms:0,muzzy_decay_ms:0")
