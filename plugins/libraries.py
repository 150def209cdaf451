"""What SQL cannot know by itself: a plugin of dbt-duckdb, named in profiles.yml."""

import importlib.metadata
import platform
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin

LIBRARIES = (
    "catboost",
    "dbt-core",
    "dbt-duckdb",
    "duckdb",
    "numpy",
    "polars",
    "pyarrow",
    "scikit-learn",
)


class Plugin(BasePlugin):
    """Sets variable `libraries`: the versions of Python and of all that computes a table."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Look the versions up, once."""
        versions = [f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES]
        self.libraries = ", ".join([f"python {platform.python_version()}", *versions])

    def configure_cursor(self, cursor: Any) -> None:
        """Set the variable in a connection: each has its own."""
        cursor.execute(f"set variable libraries = '{self.libraries}'")
