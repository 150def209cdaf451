import html as html_text
import re
import shutil

import duckdb
import polars as pl
import pytest
from markdown_it import MarkdownIt
from streamlit.testing.v1 import AppTest

from dashboard.quote_pages import quote_page
from dashboard.safe_text import csv, escaped, web_address
from ml.warehouse.publishing import published_file
from tests.dashboard.conftest import VIEWS

HOSTILE = [
    "![x](http://127.0.0.1:9/x.png)",
    "![x][1]\n\n[1]: http://127.0.0.1:9/x.png",
    "[![x](http://127.0.0.1:9/x)](http://127.0.0.1:9)",
    "](http://127.0.0.1:9) [more](http://127.0.0.1:9)",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1) 'title')",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](<http://127.0.0.1:9>)",
    "[x] [x][] [^1]: y",
    "<http://127.0.0.1:9> <a@example.com>",
    "<img src=http://127.0.0.1:9/x>",
    "<script>alert(1)</script>",
    "<svg/onload=alert(1)>",
    "</p></strong><iframe src='//127.0.0.1:9'>",
    "<!-- comment --> <![CDATA[ x ]]> <?php x ?>",
    "&lt;script&gt; &#60;b&#62; &#x3c;i&#x3e;",
    "**bold** _it_ `code` $x$ ~~gone~~ :red[red] :smile:",
    "** __ ``` ~~~ --- *** ___",
    "$$\\href{http://127.0.0.1:9}{x}$$ \\(x\\) \\[x\\]",
    ":material/home: :blue-background[x] :link: -> <- -- >=",
    "# Heading\n- list\n> quote\n| a | b |\n|---|---|",
    "1. one\n2. two\n    code\n\tcode\n- [ ] task",
    "Setext\n=====\nand\n-----",
    "```python\nprint(1)\n```\n~~~\nx\n~~~",
    "http://127.0.0.1:9 www.example.com a@example.com &amp; \\",
    "WWW.EXAMPLE.COM ftp://x mailto:a@example.com HTTPS://x",
    "line\r\nbreak  \nand\\\nmore\u2028and\u2029more\x0b\x0c\x85end",
    "=1+1 +1 -1 @sum(1)",
    '" onmouseover="alert(1)',
    "' onfocus='alert(1)' autofocus x='",
    "A & B [Holdings] (N.V.)",
    "`` ` `` \\` \\\\",
    "\u202egpj.exe \u200b \ufeff zero",
    "a|b|c",
    "{x: 1} {{ env_var('HOME') }} %s {0} ${HOME}",
]


def markdown(text: str) -> str:
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_stays_a_text(text):
    html = markdown(f"**{escaped(text)}** · end")
    assert html.startswith("<p><strong>")
    assert html.count("<") == 4  # the paragraph and the bold of the page's own
    shown = html.removeprefix("<p><strong>").removesuffix("</strong> · end</p>\n")
    shown = html_text.unescape(shown)
    assert shown.replace("\u2060", "") == " ".join(text.split())
    # Streamlit links these within text.
    assert not re.search(r"https?://|www\.|@\w", shown)


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://www.example.com/a?b=c%20d#e", "https://www.example.com/a?b=c%20d#e"),
        (" http://example.com ", "http://example.com"),
        ("https://example.com/) [x](http://x", "https://example.com/%29%20%5Bx%5D%28http://x"),
        ("https://example.com) ![x](http://x", None),
        ("data:text/html,x", None),
        ("javascript:alert(1)", None),
        ("data:text/html;base64,PHNjcmlwdD4=", None),
        ("DATA://example.com/text", None),
        ("JaVaScRiPt://example.com/%0aalert(1)", None),
        ("java\nscript:alert(1)", None),
        ("vbscript:msgbox(1)", None),
        ("ftp://example.com", None),
        ("blob:https://example.com/x", None),
        ("//example.com", None),
        ("/ticker?ticker=A", None),
        ("http:example.com", None),
        ("https:///path", None),
        ('http://example.com/" onclick="x', "http://example.com/%22%20onclick=%22x"),
        ("http://example.com/<script>", "http://example.com/%3Cscript%3E"),
        ("http://example.com/a`b|c\\d", "http://example.com/a%60b%7Cc%5Cd"),
        ("http://example.com/\u202e", "http://example.com/%E2%80%AE"),
        ("file:///etc/passwd", None),
        ("example.com", None),
        ("https://", None),
        ("http://[", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_pages_are_linked(address, link):
    assert web_address(address) == link


@pytest.mark.parametrize(
    "ticker", ["A B", "A&B", "A#B", "A+B", "../x?y=z", "A/B)", "A=B", "A%2FB", "Ä\n", "<A>", "A'\""]
)
def test_a_ticker_is_one_part_of_an_address(ticker):
    part = quote_page(ticker).removeprefix("https://finance.yahoo.com/quote/")
    assert not set(part) & set(" &#+/?)=")


def test_csv_holds_no_formulas():
    frame = pl.DataFrame(
        {
            "=name": [
                "=1+1",
                "+x",
                "-2.5",
                "@sum",
                "\tx",
                "plain",
                None,
                "-12,5 %",
                "-1e3",
                "\uff1d1",
            ],
            "number": [-1.5] * 10,
        }
    )
    lines = csv(frame).splitlines()
    assert lines[0] == "'=name,number"
    names = [line.rpartition(",")[0] for line in lines[1:]]
    assert names == [
        "'=1+1",
        "'+x",
        "-2.5",
        "'@sum",
        "'\tx",
        "plain",
        "",
        '"-12,5 %"',
        "-1e3",
        "'\uff1d1",
    ]
    assert all(line.endswith(",-1.5") for line in lines[1:])


@pytest.fixture(scope="module")
def hostile(published, tmp_path_factory):
    """A published file whose companies are named by an enemy."""
    copy = tmp_path_factory.mktemp("hostile") / "hostile.duckdb"
    shutil.copy(published_file(published.parent), copy)
    with duckdb.connect(str(copy)) as con:
        tables = con.execute(
            "select table_name from duckdb_columns() where column_name = 'ticker'"
        ).fetchall()
        [[ticker]] = con.execute("select min(ticker) from latest_forecasts").fetchall()
        for [table] in tables:
            con.execute(f"update {table} set ticker = 'A&B #+)' where ticker = ?", [ticker])
        con.execute(
            "update latest_forecasts set name = ?, sector = ?, company_website = ?",
            [HOSTILE[0], HOSTILE[1], "data:text/html,x"],
        )
    return copy


@pytest.mark.parametrize(
    ("page", "parameters"),
    [
        ("ticker", {"ticker": "A&B #+)"}),
        ("stock_picker", {"selected": "A&B #+)"}),
        ("compare", {"tickers": "A&B #+)"}),
        ("start", {}),
        ("track_record", {}),
        ("holdings", {"watch": "A&B #+)", "holdings": "X<img src=x> 1"}),
        ("holdings", {"holdings": "![x](http://127.0.0.1:9/x) 1\n_x_ 2\nAAA 3"}),
    ],
)
def test_pages_show_an_enemys_names_as_text(hostile, monkeypatch, page, parameters):
    monkeypatch.setenv("PUBLISHED", str(hostile))
    app = AppTest.from_file(VIEWS / f"{page}.py", default_timeout=60)
    app.query_params.update(parameters)
    app.run()
    assert not app.exception
    texts = [
        each.value
        for kind in ("markdown", "header", "info", "caption", "warning", "error")
        for each in app.get(kind)
    ]
    texts += [str(cell) for table in app.table for cell in table.value.to_numpy().flat]
    html = markdown("\n\n".join(texts))
    assert "<img" not in html
    assert '127.0.0.1:9"' not in html
    assert "data:" not in html
    if page in ("ticker", "stock_picker"):
        assert "A%26B%20%23%2B%29" in html
