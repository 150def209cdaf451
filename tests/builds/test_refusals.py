import shutil

import duckdb
import pytest
from conftest import REAL_MARKET, TINY, needs_real_market


def refusal(project, *arguments, is_read=True, **settings) -> str:
    """What a build says that stops before it makes any table."""
    result = project.dbt("build", *arguments, is_read=is_read, **settings)
    assert result.returncode != 0
    assert "Traceback" not in result.stdout
    assert "OK created" not in result.stdout
    return " ".join(result.stdout.split())


def copy_of_market(folder, table=None, change=None) -> str:
    shutil.copytree(REAL_MARKET, folder)
    if table:
        file = folder / f"{table}.parquet"
        folder.chmod(0o755)
        file.chmod(0o644)
        with duckdb.connect() as con:
            con.execute(f"create table changed as select {change} from '{file}'")
            con.execute(f"copy changed to '{file}'")
    return str(folder)


def test_an_unknown_var_names_the_nearest(project):
    assert "unknown var '<steps': did you mean 'steps'?" in refusal(
        project, is_read=False, **{"<steps": "200>"}
    )


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("steps", 0, "var steps is '0': give a whole number of at least 1"),
        ("trading_cost_bps", -5, "var trading_cost_bps is '-5': give basis points between 0 and"),
        ("cutoff_date", "soon", "var cutoff_date is 'soon': give a date such as"),
        ("holdout_tickers", "NVDA", "var holdout_tickers is 'NVDA': give a list"),
        ("holdout_tickers", ["ON", True], "has true where a ticker was meant"),
        ("holdout_tickers", [None], "has null where a ticker was meant"),
        ("holdout_groups", 1, "var holdout_groups is '1': give a number of groups from 2, `each`"),
        ("compute", "here", "var compute is 'here': give the address of a Dask scheduler"),
        ("market", 2024, "var market is 2024 where the name of a folder, file or database"),
    ],
)
def test_a_wrong_value_is_named(project, name, value, words):
    said = refusal(project, is_read=False, **{name: value})
    assert words in said
    # Before the project was parsed.
    assert "Found" not in said


def test_a_warehouse_that_another_program_holds_is_named(project):
    with duckdb.connect(str(project.warehouse)):
        words = refusal(project, **TINY)
    assert f"the warehouse {project.warehouse} cannot be opened" in words
    assert "close the program that holds it" in words


def test_a_table_that_no_build_has_made_is_named(project):
    said = refusal(project, "--select", "features", **TINY)
    assert "table int_sample_dates, which features reads, is not there yet" in said
    assert "dbt build --select +features makes it first" in said


def test_a_wrong_folder_is_named(project):
    assert "market '../no/such/place' is not a folder" in refusal(
        project, market="../no/such/place"
    )


@needs_real_market
def test_a_missing_table_is_named(project, tmp_path):
    market = copy_of_market(tmp_path / "market")
    (tmp_path / "market").chmod(0o755)
    (tmp_path / "market" / "fundamentals_meta.parquet").unlink()
    assert "no file for table fundamentals_meta" in refusal(project, market=market)


@needs_real_market
def test_a_missing_column_is_named(project, tmp_path):
    market = copy_of_market(tmp_path / "market", "daily_adjusted", "* exclude (adjClose)")
    assert "table daily_adjusted has no column adjClose" in refusal(project, market=market)


@needs_real_market
def test_a_wrong_type_is_named(project, tmp_path):
    market = copy_of_market(
        tmp_path / "market", "daily_adjusted", "* replace ([adjClose] as adjClose)"
    )
    assert "column adjClose of table daily_adjusted is of type DOUBLE[]" in refusal(
        project, market=market
    )


def test_a_token_in_the_market_is_refused_and_not_repeated(project):
    result = project.dbt("parse", is_read=False, market="md:mine?motherduck_token=planted")
    assert result.returncode != 0
    assert "question mark" in result.stdout
    assert "planted" not in result.stdout


@pytest.mark.parametrize("place", ["s3://jane:planted@bucket/at", "https://planted.com/at", 7])
def test_a_place_that_cannot_be_published_to_is_refused_and_not_repeated(project, place):
    said = refusal(project, is_read=False, publish_to=place)
    assert "var publish_to is no folder and no address: give a folder, or s3://" in said
    assert "planted" not in said
