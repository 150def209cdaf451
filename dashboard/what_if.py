"""What a forecast would be if the stock ranked otherwise: through the stored model itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
import streamlit as st
from numpy.typing import NDArray

from dashboard.publication import Publication

if TYPE_CHECKING:
    from ml.warehouse.explaining import StoredModel

Floats = NDArray[np.float64]


class WhatIfError(Exception):
    """There is no model to ask; the message says why, and what helps."""


@dataclass(frozen=True)
class WhatIf:
    """The model behind a stock's newest forecast, and what it knows of the stock.

    Attributes:
        model: the stored model.
        known: one row, the model's features.
        scores: the ratios of each factor score, each with the sign it counts with.
    """

    model: "StoredModel"
    known: pl.DataFrame
    scores: Mapping[str, Mapping[str, int]]

    def rank(self, ratio: str) -> float | None:
        """The stock's rank in a ratio, from 0 to 1; None where it is unknown."""
        rank: float | None = self.known[f"{ratio}_rank"][0]
        return rank

    def moved(self, ranks: Mapping[str, Sequence[float]]) -> pl.DataFrame:
        """Rows for the model: the stock's, with these ranks, and factor scores that follow.

        Args:
            ranks: by ratio, n of them each.

        Returns:
            n rows.
        """
        rows = len(next(iter(ranks.values()))) if ranks else 1
        moved = pl.concat([self.known] * rows).with_columns(
            pl.Series(f"{ratio}_rank", values, dtype=pl.Float64) for ratio, values in ranks.items()
        )
        # As int_factor_scores: the mean of the signed ranks that are known.
        return moved.with_columns(
            pl.mean_horizontal(
                [direction * (pl.col(f"{name}_rank") - 0.5) for name, direction in ratios.items()],
                ignore_nulls=True,
            ).alias(score)
            for score, ratios in self.scores.items()
            if set(ratios) & set(ranks)
        )

    def forecast(self, rows: pl.DataFrame) -> tuple[Floats, Floats]:
        """Mean and standard deviation of the log excess return of each row, each (n,)."""
        from ml.learning.boosting import to_pool

        return self.model.forecast(to_pool(rows, self.model.features))

    def returns(self, ranks: Mapping[str, Sequence[float]]) -> pl.DataFrame:
        """The forecasts with these ranks: median, lower_68, upper_68; excess returns as shares."""
        mean, std = self.forecast(self.moved(ranks))
        quantiles = self.model.error_quantiles
        return pl.DataFrame(
            {
                "median": np.exp(mean) - 1,
                "lower_68": np.exp(mean + quantiles[31] * std) - 1,
                "upper_68": np.exp(mean + quantiles[167] * std) - 1,
            }
        )


def movable_ratios(publication: Publication) -> list[str]:
    """The ratios that the models know as ranks, by themselves or in a factor score."""
    ratios = publication.query(
        """
        select feature from feature_catalogue
        where ranked and feature || '_rank' in (
            select feature from feature_catalogue where in_model
        )
        order by family, feature
        """
    )["feature"].to_list()
    members = [ratio for score in _scores(publication).values() for ratio in score]
    return list(dict.fromkeys([*ratios, *members]))


def what_if(publication: Publication, ticker: str, pred_col: str) -> WhatIf:
    """What to ask of a stock's newest forecast.

    Raises:
        WhatIfError: the stored model is damaged or gone, or CatBoost is not installed.
    """
    [(model_id, date, months)] = publication.query(
        """
        select model_id, latest.date, horizon_months
        from latest_forecasts as latest inner join model_stats using (model_id)
        where latest.ticker = $1 and latest.pred_col = $2
        """,
        ticker,
        pred_col,
    ).rows()
    model = _model(str(publication.file), publication.version, model_id, int(months), publication)
    scores = _scores(publication)
    members = [f"{ratio}_rank" for ratios in scores.values() for ratio in ratios]
    columns = list(dict.fromkeys([*model.features.names, *members]))
    known = publication.query(
        f"select {', '.join(columns)} from features where ticker = $1 and date = $2",
        ticker,
        date,
    )
    if known.is_empty():
        raise WhatIfError("The panel no longer holds the row of this forecast.")
    used = {score: ratios for score, ratios in scores.items() if score in model.features.names}
    return WhatIf(model, known, used)


@st.cache_resource(max_entries=12, show_spinner=False)
def _model(
    file: str, version: int, model_id: str, months: int, _publication: Publication
) -> "StoredModel":
    try:
        from ml.warehouse.explaining import StoredModel
        from ml.warehouse.integrity import DamagedModelError
    except ImportError as error:
        raise WhatIfError(
            "To ask the model itself, CatBoost must be installed beside the dashboard: "
            "`pip install -r requirements.txt` brings it."
        ) from error
    rows = _publication.query(f"from trained_{months}m where model_id = ?", model_id)
    if rows.is_empty():
        raise WhatIfError("The model of this forecast is no longer stored.")
    try:
        # Held against its SHA-256 before CatBoost, which dies of other bytes, reads it.
        return StoredModel.load(rows.row(0, named=True))
    except DamagedModelError as error:
        raise WhatIfError(f"It cannot be asked: {error}.") from error


def _scores(publication: Publication) -> dict[str, dict[str, int]]:
    """The ratios of each factor score, as macro `ratios_of_scores` has them."""
    members = publication.query(
        """
        select family || '_score' as score, feature, direction
        from feature_catalogue
        where
            ranked and direction <> 0
            and family || '_score' in (
                select feature from feature_catalogue where family = 'factor score'
            )
        order by score, feature
        """
    )
    scores: dict[str, dict[str, int]] = {}
    for score, ratio, direction in members.iter_rows():
        scores.setdefault(score, {})[ratio] = int(direction)
    return scores
