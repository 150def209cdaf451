"""Whether a stored model is what training wrote: CatBoost dies of bytes that are not."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

# What a forecast comes from, beside the model's bytes; then what digests had before.
DIGESTED = (
    ("pred_col", "features", "categorical_features", "error_quantiles", "z_68", "z_95"),
    ("pred_col", "features", "categorical_features", "error_quantiles"),
    ("pred_col", "features", "categorical_features", "z_68", "z_95"),
)


class DamagedModelError(ValueError):
    """Raised when a stored model is not what was written."""


def digest(row: Mapping[str, Any], names: tuple[str, ...] = DIGESTED[0]) -> str:
    """SHA-256 of the model in a row of `trained_<horizon>m`, and of what it forecasts with."""
    told = json.dumps([row.get(name) for name in names])
    return hashlib.sha256(told.encode() + b"\0" + (row["model"] or b"")).hexdigest()


def is_whole(row: Mapping[str, Any]) -> bool:
    """Whether a row is what was written; rows from before digests were stored count as such."""
    written = row.get("model_sha256")
    return written is None or written in {digest(row, names) for names in DIGESTED}


def require_whole(row: Mapping[str, Any]) -> None:
    """Stop before a damaged model is read.

    Raises:
        DamagedModelError: the row is not what was written.
    """
    if not is_whole(row):
        raise DamagedModelError(
            f"the stored model {row['model_id']} is damaged, for its row is not what training "
            "wrote: dbt build --vars '{retrain: true}' trains a new one"
        )
