"""`make catalogue`: the columns in models' yml that follow from seeds and from var `horizons`.

A column of a feature, of a statement item or of a horizon's label is described once, in its seed or
here. This writes it into each yml that has it, between the two comments BEGIN and END. A test says
when a yml is out of date.
"""

import csv
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
BEGIN = "      # make catalogue writes these columns.\n"
END = "      # Those were all.\n"
# Labels that are for reading alone, beside those of var `horizons`.
OTHER_LABELS = (6,)

Column = tuple[str, str, str]


def main() -> None:
    """Bring the columns up to date."""
    for path, text in outdated(ROOT).items():
        path.write_text(text)
        sys.stdout.write(f"{path.relative_to(ROOT)}\n")


def outdated(root: Path) -> dict[Path, str]:
    """What the files should be that are out of date in a copy of the project, by path."""
    written = {}
    for model, columns in COLUMNS.items():
        [path] = root.glob(f"models/**/{model}.yml")
        text = path.read_text()
        block = BEGIN + "".join(_entry(column) for column in columns(root)) + END
        before, begin, rest = text.partition(BEGIN)
        _, end, after = rest.partition(END)
        if not (begin and end):
            raise ValueError(f"{path} lacks the comments between which columns are written")
        wanted = before + block + after
        if wanted != text:
            written[path] = wanted
    return written


def features(*made_by: str) -> Callable[[Path], Iterator[Column]]:
    """Columns of the features that these models make; of all without any."""

    def columns(root: Path) -> Iterator[Column]:
        for row in _seed(root, "feature_catalogue"):
            if not made_by or row["made_by"] in made_by:
                formula = row["formula"][:1].upper() + row["formula"][1:]
                kind = "double" if row["kind"] == "numeric" else "varchar"
                yield row["feature"], f"{formula} ({row['unit']}).", kind

    return columns


def statement_items(root: Path) -> Iterator[Column]:
    """Columns of statement items."""
    for row in _seed(root, "statement_items"):
        yield row["column_name"], f"{row['description']} ({row['unit']}).", "double"


def trailing_years(root: Path) -> Iterator[Column]:
    """Columns of statement items, and of flows over a year."""
    yield from statement_items(root)
    for row in _seed(root, "statement_items"):
        if (row["measure"], row["unit"]) == ("flow", "USD"):
            yield (
                f"{row['column_name']}_ttm",
                f"{row['description']} of the newest four quarters; of the newest year where one "
                f"of them is unknown ({row['unit']}).",
                "double",
            )


def labels(root: Path) -> Iterator[Column]:
    """Columns of labels, and of flags beside them."""
    project = yaml.safe_load((root / "dbt_project.yml").read_text())
    months = sorted({*OTHER_LABELS, *project["vars"]["horizons"]})
    for each in months:
        yield (
            f"excess_return_ln_{each}m",
            "ln of (gross return of the stock over gross return of SPY) from the sample date to "
            f"the stock's last trading day on or before the date {each} months later; null while "
            "that window is open, and where SPY has no price of the last five trading days.",
            "double",
        )
    for each in months:
        yield (
            f"delisted_in_window_{each}m",
            f"Whether the stock stopped trading for good within the {each} months, before the last "
            "day of the window on which SPY has a price: its excess return stays as it was on its "
            "last trading day. Null where the label is.",
            "boolean",
        )


def _seed(root: Path, name: str) -> list[dict[str, str]]:
    with (root / "seeds" / f"{name}.csv").open() as file:
        return list(csv.DictReader(file))


def _entry(column: Column) -> str:
    name, description, kind = column
    quoted = description.replace("\\", "\\\\").replace('"', '\\"')
    return f'      - name: {name}\n        description: "{quoted}"\n        data_type: {kind}\n'


MAKERS = (
    *("int_companies", "int_factor_scores", "int_latest_statements", "int_momentum"),
    *("int_price_signals", "int_ranks", "int_share_trading", "int_statement_changes"),
    "int_valuations",
)
# What a model declares, by its name.
COLUMNS: dict[str, Callable[[Path], Iterator[Column]]] = {
    **{maker: features(maker) for maker in MAKERS},
    "int_ratios": features("int_ratios", "int_statement_changes"),
    "features": features(),
    "int_statement_versions": statement_items,
    "int_trailing_years": trailing_years,
    "excess_returns": labels,
}


if __name__ == "__main__":
    main()
