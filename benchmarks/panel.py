"""What the studies read of a warehouse whose panel is built."""

from pathlib import Path

import duckdb
import polars as pl

HORIZONS = (12, 24, 36)


def read_panel(warehouse: Path) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The tables `features`, `excess_returns` and `feature_catalogue` of a warehouse."""
    with duckdb.connect(str(warehouse), read_only=True) as con:
        features, excess_returns, catalogue = (
            con.sql(f"from {table}").pl()
            for table in ("features", "excess_returns", "feature_catalogue")
        )
    return features, excess_returns, catalogue
