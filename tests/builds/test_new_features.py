import json
import shutil
from subprocess import CompletedProcess

import pytest
from conftest import ROOT, Project

from documentation.catalogue import outdated

SOURCE = "fundamentals_statements and fundamentals_daily"
FEATURE = (
    "buyback_yield,numeric,value,net buybacks over market value,ratio,int_ratios,"
    f"{SOURCE},,1,true,false"
)
BESIDE = "{% set ratios = {\n"
SQL = "    'buyback_yield': ['-issrepay_equity_ttm', 'market_cap'],\n"
BOUND = "simulated,excess_return_ln_12m,test_decile_spread,warn,0,,the top decile should win"


@pytest.fixture
def copy(tmp_path) -> Project:
    """A copy of the project that may be changed."""
    root = tmp_path / "project"
    for folder in ("models", "macros", "seeds", "tests", "analyses", "plugins", "ml"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(ROOT / file, root / file)
    return Project(tmp_path, root)


def append(project: Project, file: str, line: str) -> None:
    path = project.root / file
    path.write_text(f"{path.read_text()}{line}\n")


def test_columns_in_yml_are_those_of_seeds_and_horizons():
    assert outdated(ROOT) == {}


@pytest.mark.slow
def test_a_feature_and_a_bound_touch_three_files_and_wrong_rows_are_named(copy):
    model = copy.root / "models" / "intermediate" / "int_ratios.sql"
    model.write_text(model.read_text().replace(BESIDE, BESIDE + SQL))
    append(copy, "seeds/feature_catalogue.csv", FEATURE)
    append(copy, "seeds/metric_bounds.csv", BOUND)

    refused = copy.dbt("run-operation", "check_feature_catalogue")
    assert refused.returncode != 0
    assert "buyback_yield is not in models/panel/features.yml yet: run make catalogue" in one_line(
        refused
    )
    described = outdated(copy.root)
    assert {path.stem for path in described} == {"features", "int_ratios"}
    for path, text in described.items():
        path.write_text(text)

    tests = "assert_metrics_within_warn_bounds"
    result = copy.dbt("compile", "--select", "int_ratios", "features", tests)
    assert result.returncode == 0, result.stdout[-3000:]

    compiled = copy.folder / "target" / "compiled" / "stock_forecasts"
    assert "buyback_yield" in (compiled / "models" / "panel" / "features.sql").read_text()
    assert "test_decile_spread" in (compiled / "tests" / "singular" / f"{tests}.sql").read_text()
    nodes = json.loads((copy.folder / "target" / "manifest.json").read_text())["nodes"]
    for name in ("int_ratios", "features"):
        column = nodes[f"model.stock_forecasts.{name}"]["columns"]["buyback_yield"]
        assert column["description"] == "Net buybacks over market value (ratio)."
        assert column["data_type"] == "double"

    wrong = FEATURE.replace("ratio,int_ratios", "percent,int_ratios")
    append(copy, "seeds/feature_catalogue.csv", wrong.replace("buyback", "payback"))
    refused = copy.dbt("run-operation", "check_feature_catalogue")
    assert refused.returncode != 0
    assert "payback_yield has unit 'percent': give one of ln ratio, ratio," in one_line(refused)

    append(copy, "seeds/metric_bounds.csv", BOUND.replace("test_decile", "decile"))
    refused = copy.dbt("run-operation", "check_metric_bounds")
    assert refused.returncode != 0
    assert "metric 'decile_spread': did you mean 'test_decile_spread'?" in one_line(refused)


def one_line(result: CompletedProcess[str]) -> str:
    return " ".join(result.stdout.split())
