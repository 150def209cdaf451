"""From a server with a market on it, over a load, to published forecasts."""

import io
import zipfile
from datetime import date
from pathlib import Path

import duckdb
import pytest

from dashboard.formats import day
from dashboard.publication import open_publication
from dashboard.sidebar import data_age
from loading import __main__ as loading
from ml.warehouse.publishing import publications_folder
from tests.builds.conftest import TINY, Project
from tests.loading.server import TOKEN, Server

pytestmark = pytest.mark.slow

SIZE = {"simulated_tickers": 40, "simulated_years": 13}
TABLES = (
    "daily_adjusted",
    "supported_tickers",
    "fundamentals_daily",
    "fundamentals_meta",
    "fundamentals_statements",
)


class BuiltInMarket:
    """The built-in market, as Tiingo would answer it."""

    stocks = ()

    def __init__(self, warehouse: Path) -> None:
        self.con = duckdb.connect(str(warehouse), read_only=True)
        self.keys = dict(self.rows("select ticker, permaTicker from simulated_fundamentals_meta"))
        self.tickers = {key: ticker for ticker, key in self.keys.items()}

    def rows(self, query: str, *values: object) -> list[tuple]:
        with self.con.cursor() as cursor:
            return cursor.execute(query, values).fetchall()

    def objects(self, query: str, *values: object) -> list[dict]:
        with self.con.cursor() as cursor:
            result = cursor.execute(query, values)
            names = [name for name, *_ in result.description]
            return [
                {
                    name: f"{value}T00:00:00.000Z" if isinstance(value, date) else value
                    for name, value in zip(names, row, strict=True)
                }
                for row in result.fetchall()
            ]

    def listings(self) -> bytes:
        rows = self.rows(
            "select concat_ws(',', ticker, exchange, assetType, priceCurrency, startDate, endDate)"
            " from simulated_supported_tickers"
        )
        header = "ticker,exchange,assetType,priceCurrency,startDate,endDate"
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            lines = "\n".join([header, *(row for [row] in rows), ""])
            archive.writestr("supported_tickers.csv", lines)
        return packed.getvalue()

    def answer(self, path: str, params: dict[str, str]) -> object:
        parts = path.strip("/").split("/")
        price = "date, close, adjClose, adjVolume, 0::double as divCash, 1::double as splitFactor"
        if path == "/tiingo/fundamentals/meta":
            return self.objects("from simulated_fundamentals_meta")
        if path == "/tiingo/daily/prices":
            return self.objects(
                f"select ticker, {price} from simulated_daily_adjusted"
                " qualify date = max(date) over (partition by ticker)"
            )
        ticker = self.tickers.get(parts[2], parts[2])
        if parts[1] == "daily":
            return self.objects(
                f"select {price} from simulated_daily_adjusted where ticker = ? order by date",
                ticker,
            )
        if parts[3] == "daily":
            return self.objects(
                "select * exclude (ticker) from simulated_fundamentals_daily where ticker = ?"
                " order by date",
                ticker,
            )
        day, which = "date", "true"
        if params.get("asReported") == "true":
            day, which = "filing_date", "statementType <> 'overview'"
        return self.objects(
            "select date::varchar as date, year, quarter,"
            ' map(list(statementType), list(items)) as "statementData" from ('
            f" select {day} as date, year, quarter, statementType,"
            "  list({dataCode: dataCode, value: value}) as items"
            f" from simulated_fundamentals_statements where ticker = ? and {which} group by all)"
            " group by all order by date, quarter",
            ticker,
        )


@pytest.fixture(scope="module")
def loaded(tmp_path_factory) -> tuple[Project, Path]:
    """The built-in market, and the folder into which it was loaded from a server."""
    built_in = Project(tmp_path_factory.mktemp("built_in"))
    built_in.build(
        *("--select", "+path:models/simulation", "--exclude-resource-type", "test", "unit_test"),
        **SIZE,
    )
    folder = tmp_path_factory.mktemp("loads") / "us"
    with pytest.MonkeyPatch.context() as patch, Server(BuiltInMarket(built_in.warehouse)) as server:
        patch.setenv("TIINGO_API_KEY", TOKEN)
        patch.setenv("TIINGO_URL", server.url)
        arguments = [str(folder), "--plan", "power", "--years", "30", "--exchanges"]
        exchanges = built_in.query("select distinct exchange from simulated_supported_tickers")
        assert loading.main([*arguments, *(name for [name] in exchanges)]) == 0
        assert server.faults == []
    return built_in, folder


@pytest.mark.parametrize("table", TABLES)
def test_the_tables_are_those_of_the_server(loaded, table):
    built_in, folder = loaded
    came = f"(from '{folder}/market/{table}.parquet')"
    columns = ", ".join(
        f'"{name}"'
        for [name] in built_in.query(
            f"select column_name from duckdb_columns() where table_name = 'simulated_{table}'"
            " and schema_name = 'main' and database_name = current_database()"
        )
    )
    there = f"(select {columns} from simulated_{table})"
    came = f"(select {columns} from {came})"
    assert built_in.query(f"select * from {came} except all from {there} limit 3") == []
    assert built_in.query(f"select * from {there} except all from {came} limit 3") == []


def test_forecasts_of_it_are_published(loaded, tmp_path):
    _, folder = loaded
    project = Project(tmp_path)
    project.build(**{**TINY, "market": str(folder / "market")})
    publication = open_publication(publications_folder(project.warehouse) / "latest")
    [[forecasts]] = publication.query("select count(*) from latest_forecasts").rows()
    assert forecasts > 60
    [[vendor, loaded_at]] = publication.query("from market_loads").rows()
    assert vendor == "tiingo"
    assert (f"loaded {day(loaded_at)}", False) in data_age(publication, date.today())
