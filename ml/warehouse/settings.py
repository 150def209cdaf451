"""What a build asks of a training run, and what follows from it."""

import hashlib
import os
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True)
class Settings:
    """What a build asks of a training run.

    Attributes:
        steps: upper bound on trees.
        seed: seed of the fit; None draws from `training_seeds` by training date.
        cutoff_date: the day as of which the panel was built; None for all data.
        holdout_tickers: tickers left out of training.
        threads: threads of the fit.
    """

    steps: int
    seed: int | None
    cutoff_date: date | None
    holdout_tickers: tuple[str, ...]
    threads: int

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Settings":
        """Settings as dbt passes them on, with all cores: two models at a time share them well."""
        seed = config["seed"]
        return cls(
            steps=int(config["steps"]),
            seed=None if seed is None else int(seed),
            cutoff_date=to_day(config["cutoff_date"]),
            holdout_tickers=tuple(sorted({str(t).upper() for t in config["holdout_tickers"]})),
            threads=os.cpu_count() or 1,
        )

    def seed_of(self, training_date: date, training_seeds: list[int]) -> int:
        """The seed asked for, or the training date's: each of `training_seeds` in turn."""
        if self.seed is not None:
            return self.seed
        return sorted(training_seeds)[training_date.toordinal() % len(training_seeds)]


def to_day(value: str | None) -> date | None:
    """A day that dbt passes on as text such as 2015-12-31; None stays None."""
    return None if value is None else date.fromisoformat(value)


def model_id(horizon_months: int, training_date: date, settings: Settings) -> str:
    """Id of the model that a day's training with these settings writes: one per study and day."""
    parts = [f"{horizon_months}m", training_date.isoformat()]
    if settings.cutoff_date:
        parts.append(f"cutoff-{settings.cutoff_date.isoformat()}")
    if settings.holdout_tickers:
        tickers = ",".join(settings.holdout_tickers)
        parts.append(f"without-{hashlib.md5(tickers.encode()).hexdigest()[:8]}")
    return "_".join(parts)
