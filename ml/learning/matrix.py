"""The panel as trees take it: columns in catalogue order, categories as text."""

from dataclasses import dataclass

import polars as pl

MISSING_CATEGORY = "unknown"


class FeatureMismatchError(ValueError):
    """Raised when a panel lacks a feature that a model or the catalogue names."""


@dataclass(frozen=True)
class FeatureSet:
    """The features of a model, in order: names, and which of them are categories."""

    names: tuple[str, ...]
    categorical: frozenset[str]

    @property
    def numeric(self) -> list[str]:
        """Names of the numeric features, in order."""
        return [name for name in self.names if name not in self.categorical]

    @classmethod
    def from_catalogue(cls, catalogue: pl.DataFrame) -> "FeatureSet":
        """Features marked `in_model` in the feature catalogue, in its order.

        Args:
            catalogue: columns position, feature, kind ("numeric" or "categorical"), in_model.
        """
        used = catalogue.filter(pl.col("in_model"))
        categorical = used.filter(pl.col("kind") == "categorical")["feature"]
        return cls(tuple(used["feature"]), frozenset(categorical))


def prepare(panel: pl.DataFrame, features: FeatureSet) -> pl.DataFrame:
    """The features' columns, in order: numbers as Float32, categories as text without nulls.

    Raises:
        FeatureMismatchError: the panel lacks a column.
    """
    missing = [name for name in features.names if name not in panel.columns]
    if missing:
        raise FeatureMismatchError(f"the panel has no column {', '.join(missing)}")
    return panel.select(
        pl.col(name).cast(pl.String).fill_null(MISSING_CATEGORY)
        if name in features.categorical
        else pl.col(name).cast(pl.Float32).fill_null(float("nan"))
        for name in features.names
    )
