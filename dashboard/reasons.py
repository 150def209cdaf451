"""What drives forecasts, in the words that people use."""

import polars as pl

from dashboard.formats import readable, signed
from dashboard.safe_text import escaped

# Places within the sample date from which a value is called high, or low.
HIGH, LOW = 2 / 3, 1 / 3
WORTH_SAYING = 0.05  # hundredths: what does not round to zero
# Contributions below are not worth a word: percent points, or percent of the spread.
LEAST = 0.005
# Where what the identifier spells out is no English.
SPOKEN = {
    "bias": "what holds for all stocks",
    "high_12m_ratio": "price to its 12-month high",
    "momentum_1m": "return of the last month",
    "momentum_6m": "return of 6 months",
    "momentum_12_1m": "return of 12 months but the last",
    "momentum_36_12m": "return of the 2 years before the last",
    "relative_sma_development_12m": "price to its 12-month average",
    "relative_sma_development_36m": "price to its 36-month average",
}


def reasons(families: pl.DataFrame) -> dict[str, str]:
    """Per ticker what raises its forecast and what lowers it most, in a line of Markdown.

    As `value +1.1 (high earnings yield), risk +0.4 (low beta 12 months); against it growth -0.3 …`.

    Args:
        families: ticker, family, amount, driver, category and place (0 to 1), strongest first.
    """
    parts = families.with_columns(
        text=pl.struct("family", "amount", "driver", "category", "place").map_elements(
            lambda row: _family(**row), pl.String
        )
    )
    lines = {}
    for [ticker], own in parts.group_by("ticker", maintain_order=True):
        raising = ", ".join(own.filter(pl.col("amount") > 0)["text"])
        lowering = "".join(own.filter(pl.col("amount") <= -WORTH_SAYING)["text"][:1])
        against = f"against it {lowering}" if lowering else ""
        lines[str(ticker)] = "; ".join(filter(None, [raising, against]))
    return lines


def change_reasons(changes: pl.DataFrame) -> dict[str, str]:
    """Per ticker what changed its forecast, as `earnings yield (place 75% to 40%) -1.1, …`.

    Args:
        changes: ticker, driver, place, earlier_place and amount, strongest first.
    """
    parts = changes.with_columns(
        text=pl.struct("driver", "place", "earlier_place", "amount").map_elements(
            lambda row: _change(**row), pl.String
        )
    )
    lines = parts.group_by("ticker", maintain_order=True).agg(pl.col("text").str.join(", "))
    return dict(lines.iter_rows())


def in_words(drivers: pl.DataFrame, most: int = 3) -> str:
    """What speaks for a stock and against it, and what makes it risky or calm, as Markdown.

    Args:
        drivers: as `stock_queries.opened_drivers` has them.
        most: how many drivers are named of each.
    """
    lines = []
    for column, unit, names in (
        ("shap_value", "points", ("For it", "Against it")),
        ("risk_shap_value", "% of the spread", ("Riskier", "Calmer")),
    ):
        for name, sign in zip(names, (1, -1), strict=True):
            strongest = (
                drivers.filter(sign * pl.col(column) >= LEAST)
                .sort(sign * pl.col(column), "driver", descending=[True, False])
                .head(most)
            )
            texts = [
                f"{_named(row)} ({row[column]:+.2f} {unit})"
                for row in strongest.iter_rows(named=True)
            ]
            if texts:
                lines.append(f"- **{name}:** {'; '.join(texts)}.")
    return "\n".join(lines)


def in_sentence(driver: str) -> str:
    """A driver's name within a sentence: `earnings yield`, `P/E ratio`."""
    name = SPOKEN.get(driver) or readable(driver)
    return name if name[1:2].isupper() or name[1:2] == "/" else name[:1].lower() + name[1:]


def _family(
    family: str, amount: float, driver: str, category: str | None, place: float | None
) -> str:
    name = in_sentence(driver)
    if category is not None:
        name = f"{name} {escaped(category)}"
    elif place is not None:
        level = "high" if place >= HIGH else "low" if place <= LOW else "middling"
        name = f"{level} {name}"
    return f"{family} {_amount(amount)} ({name})"


def _change(driver: str, place: float | None, earlier_place: float | None, amount: float) -> str:
    name = in_sentence(driver)
    if place is not None and earlier_place is not None and round(place - earlier_place, 2):
        name = f"{name} (place {earlier_place:.0%} to {place:.0%})"
    return f"{name} {_amount(amount)}"


def _amount(amount: float) -> str:
    # One digit more where one would say zero.
    return signed(amount, 1 if abs(amount) >= WORTH_SAYING else 2)


def _named(driver: dict[str, object]) -> str:
    name = escaped(readable(str(driver["driver"])))
    if driver["place"] is not None:
        return f"{name}, above {driver['place']:.0%} of stocks"
    return f"{name} {escaped(str(driver['value']))}" if driver["value"] is not None else name
