"""The SEC's answers about three invented companies, as the loader lays them out.

    python tests/loading/sec_fixture.py FOLDER

AAA is an industrial company whose fiscal years have 52 or 53 weeks, BBB a bank, CCC a foreign
company that reports once a year, in EUR, and whose industry nobody tells.
"""

import json
import sys
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

Fact = dict[str, object]

# Sundays nearest to the end of the year: 2019 has 53 weeks.
AAA_YEAR_ENDS = [date(2017, 12, 31), date(2018, 12, 30), date(2020, 1, 5), date(2021, 1, 3)]
BBB_YEAR_ENDS = [date(2017, 12, 31), date(2018, 12, 31), date(2019, 12, 31), date(2020, 12, 31)]
FLOWS = {
    "AAA": {
        "us-gaap:Revenues": 1000,
        "us-gaap:CostOfRevenue": 600,
        "us-gaap:OperatingIncomeLoss": 150,
        "us-gaap:NetIncomeLoss": 100,
        "us-gaap:NetCashProvidedByUsedInOperatingActivities": 130,
        "us-gaap:PaymentsToAcquirePropertyPlantAndEquipment": 50,
    },
    "BBB": {
        "us-gaap:InterestAndDividendIncomeOperating": 300,
        "us-gaap:NoninterestIncome": 100,
        "us-gaap:NetIncomeLoss": 80,
    },
}
BALANCES = {
    "AAA": {
        "us-gaap:Assets": 5000,
        "us-gaap:StockholdersEquity": 2000,
        "us-gaap:CommonStockSharesOutstanding": 40,
    },
    "BBB": {"us-gaap:Assets": 9000, "us-gaap:StockholdersEquity": 900, "us-gaap:Deposits": 7000},
}
CIKS = {"AAA": 11, "BBB": 22, "CCC": 33}


def write_sec(folder: Path) -> None:
    """Write the answers into `sec` in a folder of raw answers."""
    answers = {
        "AAA": _reports("AAA", AAA_YEAR_ENDS),
        "BBB": _reports("BBB", BBB_YEAR_ENDS),
        "CCC": _foreign_reports(),
    }
    for ticker, facts in answers.items():
        _write(
            folder / "sec" / "companyfacts" / f"CIK{CIKS[ticker]:010d}.json",
            {"cik": CIKS[ticker], "entityName": f"{ticker} Inc.", "facts": _nested(facts)},
        )
    tickers = [("AAA", 11), ("BBB", 22), ("BBB-PA", 22), ("CCC", 33)]
    _write(
        folder / "sec" / "company_tickers.json",
        {
            str(position): {"cik_str": cik, "ticker": ticker, "title": f"{ticker} INC"}
            for position, (ticker, cik) in enumerate(tickers)
        },
    )
    for ticker, sic, words in (("AAA", "3559", "Special Machinery"), ("BBB", "6022", "Banks")):
        _write(
            folder / "sec" / "submissions" / f"CIK{CIKS[ticker]:010d}.json",
            {
                "cik": str(CIKS[ticker]),
                "name": f"{ticker} Inc.",
                "sic": sic,
                "sicDescription": words,
                "fiscalYearEnd": "1231",
                "tickers": [ticker],
                "exchanges": ["NYSE"],
                "website": "",
                "addresses": {"business": {"city": "DOVER", "stateOrCountryDescription": "DE"}},
                "filings": {"recent": {"form": ["10-K"]}},
            },
        )


def _reports(ticker: str, year_ends: list[date]) -> list[Fact]:
    """Years to date of each quarter, filed 40 days after it, and again a year later."""
    facts: list[Fact] = []
    for number, (before, end) in enumerate(pairwise(year_ends)):
        for quarter in range(1, 5):
            last = end if quarter == 4 else before + timedelta(days=91 * quarter)
            form = "10-K" if quarter == 4 else "10-Q"
            # Comparatives: once more a year later.
            for later in (0, 364):
                filing = {"filed": str(last + timedelta(days=40 + later)), "form": form}
                filing["accn"] = f"{CIKS[ticker]:010d}-{filing['filed']}"
                period = {"start": str(before + timedelta(days=1)), "end": str(last)}
                for tag, yearly in FLOWS[ticker].items():
                    value = yearly * (1 + number / 10) * quarter / 4
                    facts.append({"tag": tag, "unit": "USD", "val": value, **period, **filing})
                for tag, value in BALANCES[ticker].items():
                    unit = "shares" if "Shares" in tag else "USD"
                    facts.append(
                        {"tag": tag, "unit": unit, "val": value, "end": str(last), **filing}
                    )
    return facts


def _foreign_reports() -> list[Fact]:
    facts: list[Fact] = []
    for year in (2018, 2019):
        filing = {"filed": f"{year + 1}-03-20", "form": "20-F", "accn": f"0000000033-{year}"}
        period = {"start": f"{year}-01-01", "end": f"{year}-12-31"}
        facts += [
            {"tag": "ifrs-full:Revenue", "unit": "EUR", "val": 700, **period, **filing},
            {"tag": "ifrs-full:Assets", "unit": "EUR", "val": 900, "end": period["end"], **filing},
            # For convenience.
            {"tag": "ifrs-full:Revenue", "unit": "USD", "val": 800, **period, **filing},
        ]
    return facts


def _nested(facts: list[Fact]) -> dict:
    nested: dict = {}
    for fact in facts:
        taxonomy, tag = str(fact["tag"]).split(":")
        concept = nested.setdefault(taxonomy, {}).setdefault(tag, {"label": tag, "units": {}})
        rest = {name: value for name, value in fact.items() if name not in ("tag", "unit")}
        # Of the filing, not of the fact.
        concept["units"].setdefault(fact["unit"], []).append({**rest, "fy": 2000, "fp": "FY"})
    return nested


def _write(file: Path, answer: object) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(answer))


if __name__ == "__main__":
    write_sec(Path(sys.argv[1]))
