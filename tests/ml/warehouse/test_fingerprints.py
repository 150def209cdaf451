import ast
import json
import shutil
from dataclasses import replace
from datetime import date
from importlib import metadata
from pathlib import Path

import numpy as np
import polars as pl

from ml.learning import boosting, forecasting, out_of_time, prior
from ml.learning.forecasting import Sample
from ml.learning.matrix import FeatureSet
from ml.warehouse import fingerprints
from ml.warehouse.fingerprints import (
    LIBRARIES,
    MOVED,
    code_of_a_model,
    digest_of_code,
    fingerprint,
    parameters,
    versions,
)
from ml.warehouse.settings import Settings

ML = Path("ml")
LABEL = "excess_return_ln_12m"
CATALOGUE = pl.DataFrame(
    {
        "feature": ["signal", "sector", "size", "value_score"],
        "kind": ["numeric", "categorical", "numeric", "numeric"],
        "in_model": [True, True, False, True],
    }
)
SETTINGS = Settings(steps=200, seed=5, cutoff_date=None, holdout_tickers=(), threads=1)


def labelled() -> Sample:
    rows = pl.DataFrame(
        {
            "ticker": ["A", "B", "A", "B"],
            "date": [date(2010, 2, 17)] * 2 + [date(2010, 5, 17)] * 2,
            LABEL: [0.1, 0.2, 0.3, 0.4],
            "signal": [1.0, None, 3.0, 4.0],
            "sector": ["a", "b", None, "b"],
            "size": [1.0] * 4,
            "value_score": [0.5, -0.5, 0.25, 0.0],
        }
    )
    return Sample(rows, rows[LABEL].to_numpy())


def imports(file: Path) -> set[str]:
    """Modules that a file of Python imports."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom):
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
    return found


def test_learning_needs_nothing_of_the_warehouse():
    for file in ML.glob("learning/*.py"):
        of_ml = {name for name in imports(file) if name.split(".")[0] == "ml"}
        assert all(name.startswith("ml.learning") for name in of_ml), file


def test_one_module_has_all_that_is_catboosts():
    files = {
        file
        for folder in ("ml", "models", "dashboard", "notebooks", "plugins", "loading")
        for file in Path(folder).rglob("*.py")
        if any(name.split(".")[0] == "catboost" for name in imports(file))
    }
    assert files == {ML / "learning" / "boosting.py"}


def test_the_digest_is_of_all_code_that_decides_a_model():
    counted = {file.relative_to(ML.resolve()).as_posix() for file in code_of_a_model()}
    assert {"learning/training.py", "learning/boosting.py", "warehouse/training.py"} <= counted
    assert "warehouse/publishing.py" not in counted
    # What a counted module of learning imports is counted too.
    for name in counted:
        of_learning = {
            f"{module.removeprefix('ml.').replace('.', '/')}.py"
            for module in imports(ML / name)
            if module.startswith("ml.learning.")
        }
        assert of_learning <= counted


def test_the_fingerprint_covers_all_that_decides_a_model_but_its_seed(monkeypatch):
    features = FeatureSet.from_catalogue(CATALOGUE)
    rows = labelled()

    def of(rows=rows, features=features, settings=SETTINGS) -> str:
        return fingerprint(rows, features, LABEL, settings)

    def with_panel(**columns) -> str:
        return of(replace(rows, panel=rows.panel.with_columns(**columns)))

    before = of()
    assert of(settings=replace(SETTINGS, seed=6, threads=2)) == before
    assert with_panel(size=pl.lit(2.0)) == before
    ends = pl.int_range(pl.len()) == pl.len() - 1
    others = [
        of(settings=replace(SETTINGS, steps=201)),
        of(features=FeatureSet(features.names[:-1], features.categorical)),
        of(features=FeatureSet((*features.names[1:], features.names[0]), features.categorical)),
        of(rows.take(np.arange(rows.panel.height) > 0)),
        with_panel(**{LABEL: pl.when(ends).then(9.0).otherwise(LABEL)}),
        with_panel(signal=pl.when(ends).then(9.0).otherwise("signal")),
        with_panel(sector=pl.when(ends).then(pl.lit("c")).otherwise("sector")),
        with_panel(ticker=pl.when(ends).then(pl.lit("Z")).otherwise("ticker")),
        with_panel(date=pl.when(ends).then(date(2018, 2, 18)).otherwise("date")),
    ]
    for name in ("parameters", "versions"):
        with monkeypatch.context() as changed:
            changed.setattr(fingerprints, name, lambda: "other")
            others.append(of())
    assert len({before, *others}) == 1 + len(others)


def test_parameters_are_all_that_is_set(monkeypatch):
    before = json.loads(parameters())
    assert before["prior"] == boosting.EXACT_PARAMETERS
    assert {**boosting.COMMON, **boosting.PARAMETERS}.items() <= before.items()
    stated = {
        "early_stopping_rounds": (boosting, "EARLY_STOPPING_ROUNDS"),
        "border_rows": (boosting, "BORDER_ROWS"),
        "prior_ic": (prior, "PRIOR_IC"),
        "prior_ic_std": (prior, "PRIOR_IC_STD"),
        "level_std": (prior, "LEVEL_STD"),
        "confidence": (out_of_time, "CONFIDENCE"),
        "intraclass_correlation": (forecasting, "INTRACLASS_CORRELATION"),
    }
    for name, (module, constant) in stated.items():
        monkeypatch.setattr(module, constant, 0.125)
        assert json.loads(parameters())[name] == 0.125
    # The order in which they were written down is none of the model's.
    assert parameters() == json.dumps(json.loads(parameters()), sort_keys=True)


def copied(tmp_path: Path, monkeypatch) -> Path:
    """A copy of the code, of which digests are from here on."""
    shutil.copytree(ML, tmp_path / "ml", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(fingerprints, "ML", tmp_path / "ml")
    return tmp_path / "ml"


def test_versions_are_of_libraries_python_and_code(tmp_path, monkeypatch):
    before = json.loads(versions())
    assert set(before) == {"ml", "python", *LIBRARIES}
    assert before["catboost"] == metadata.version("catboost")
    copied(tmp_path, monkeypatch)
    assert json.loads(versions()) == before
    for file in code_of_a_model():
        code = file.read_text()
        file.write_text(f"{code}\nANOTHER_CONSTANT = 1\n")
        assert json.loads(versions())["ml"] != before["ml"]
        file.write_text(code)


def test_what_code_says_and_where_it_stands_decides_nothing(tmp_path, monkeypatch):
    code = copied(tmp_path, monkeypatch)
    before = digest_of_code()
    prior_file = code / "learning" / "prior.py"
    text = prior_file.read_text()
    prior_file.write_text(
        "# A comment.\n"
        + text.replace("Score of each row", "Each row's score").replace(
            "import polars as pl", "import polars as pl\nfrom ml.elsewhere import ANYTHING"
        )
    )
    (code / "warehouse" / "publishing.py").write_text("")
    assert prior_file.read_text().count("Each row's score") == 1
    assert digest_of_code() == before
    (code / "learning" / "other.py").write_text("")
    assert digest_of_code() != before


def test_code_that_was_only_moved_counts_as_what_it_was(monkeypatch):
    monkeypatch.setitem(MOVED, digest_of_code(), "before")
    assert json.loads(versions())["ml"] == "before"


def test_only_todays_code_is_said_to_be_moved():
    # Code has changed: does it make the same models to the bit? Then its digest belongs there.
    assert set(MOVED) <= {digest_of_code()}
