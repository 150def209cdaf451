"""Fingerprints: whether training now would make the model that is stored."""

import ast
import hashlib
import importlib.metadata
import json
import platform
from pathlib import Path

import polars as pl

from ml.learning import boosting, forecasting, out_of_time, prior
from ml.learning.forecasting import Sample
from ml.learning.matrix import FeatureSet, prepare
from ml.warehouse.settings import Settings

ML = Path(__file__).parents[1]
# Code that decides a model, in the folder of this project's own.
CODE = ("learning/*.py", "warehouse/training.py")
# But for these, which begin with the model.
AFTERWARDS = ("learning/backtesting.py", "learning/contributions.py")
LIBRARIES = (boosting.LIBRARY, "numpy", "polars", "scipy", "scikit-learn", "duckdb")
# Code whose models forecast the same, to the bit, as those of an earlier digest: it was only moved.
MOVED = {"cc5654cc9bf6": "6586e02889bb"}


def fingerprint(labelled: Sample, features: FeatureSet, label: str, settings: Settings) -> str:
    """Digest of all that decides a model but its seed: same digest and seed, same model.

    That is the training data (rows and columns in order), the parameters and the bound on trees,
    and the versions of code and libraries.
    """
    panel = labelled.panel
    digest = hashlib.sha256(f"{parameters()} {settings.steps} {versions()}".encode())
    for column in [*panel.select("date", "ticker", label), *prepare(panel, features)]:
        digest.update(column.name.encode())
        if column.dtype == pl.String:
            digest.update("\0".join(column).encode())
        else:
            digest.update(column.to_physical().to_numpy().tobytes())
    return digest.hexdigest()


def versions() -> str:
    """Versions of all code that a model depends on (JSON).

    Python, the libraries and, as `ml`, a digest of this project's own code.
    """
    code = digest_of_code()
    installed = {name: importlib.metadata.version(name) for name in LIBRARIES}
    return json.dumps(
        {"ml": MOVED.get(code, code), "python": platform.python_version(), **installed}
    )


def code_of_a_model() -> list[Path]:
    """The files whose code decides a model."""
    files = {file for pattern in CODE for file in ML.glob(pattern)}
    return sorted(files - {ML / name for name in AFTERWARDS})


def digest_of_code() -> str:
    """Digest of the code that decides a model."""
    digest = hashlib.sha256()
    for file in code_of_a_model():
        digest.update(what_decides(file.read_text()).encode())
    return digest.hexdigest()[:12]


def what_decides(source: str) -> str:
    """Code without comments, layout and descriptions, wherever this project's modules stand."""
    tree = ast.parse(source)
    tree.body = [
        node
        for node in tree.body
        if not (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("ml."))
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node, clean=False
        ):
            del node.body[0]
    return ast.dump(tree)


def parameters() -> str:
    """All that decides a fit beside data, seed and `steps` (JSON)."""
    return json.dumps(
        {
            **boosting.COMMON,
            **boosting.PARAMETERS,
            "early_stopping_rounds": boosting.EARLY_STOPPING_ROUNDS,
            "border_rows": boosting.BORDER_ROWS,
            "prior": boosting.EXACT_PARAMETERS,
            "prior_ic": prior.PRIOR_IC,
            "prior_ic_std": prior.PRIOR_IC_STD,
            "level_std": prior.LEVEL_STD,
            "confidence": out_of_time.CONFIDENCE,
            "intraclass_correlation": forecasting.INTRACLASS_CORRELATION,
        },
        sort_keys=True,
    )
