from types import SimpleNamespace

import pytest

from plugins.failing_rows import in_one_sentence


def node(**attributes) -> SimpleNamespace:
    return SimpleNamespace(name="assert_so", description="", **attributes)


KEY_TEST = node(
    test_metadata=SimpleNamespace(name="unique_combination_of_columns"),
    attached_node="model.stock_forecasts.features",
    column_name=None,
)


def test_rows_against_a_table_are_named_with_ticker_column_and_value():
    columns, rows = ("ticker", "date", "copies"), [("AAA", "2020-02-18", 2), ("BBB", None, 1)]
    assert in_one_sentence(KEY_TEST, 2, columns, rows, {}) == (
        "table features, test unique_combination_of_columns: 2 rows are against it:"
        " ticker AAA, date 2020-02-18, copies 2; ticker BBB, date null, copies 1"
    )


def test_where_there_are_more_a_command_lists_them():
    said = in_one_sentence(KEY_TEST, 1234, ("ticker",), [("AAA",)], {"market": "../mine"})
    assert ": 1,234 rows are against it, such as ticker AAA; dbt show --select assert_so" in said
    assert said.endswith("--limit -1, with the same --vars, lists them all")


@pytest.mark.parametrize(
    ("description", "begins"),
    [
        ("A label has a window. More.", "A label has a window: 1 row is against it: x 1"),
        ("Items are known: warns.", "Items are known: 1 row is against it: x 1"),
        ("", "assert_so: 1 row is against it: x 1"),
    ],
)
def test_a_test_of_its_own_says_what_it_holds(description, begins):
    test = node()
    test.description = description
    assert in_one_sentence(test, 1, ("x",), [(1,)], {}) == begins


def test_long_values_are_cut():
    assert in_one_sentence(node(), 1, ("x",), [("y" * 1000,)], {}).endswith("y…")


def test_a_column_is_named():
    test = node(
        test_metadata=SimpleNamespace(name="not_null"),
        attached_node="model.stock_forecasts.features",
        column_name="ticker",
    )
    said = in_one_sentence(test, 1, ("ticker",), [(None,)], {})
    assert said.startswith("column ticker of table features, test not_null: 1 row is against it:")
