import pytest

# The longest first, so that the workers end together; of these the first alone waits for `tiny`.
# Then one that needs the market of the dashboard: a worker makes it while the other goes on.
FIRST = [
    *(f"tests/builds/test_{name}.py" for name in ("kept_builds", "corruptions", "refusals")),
    "tests/dashboard/test_accessibility.py",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order modules, which stay together."""
    items.sort(key=lambda item: _place(item.nodeid.split("::")[0]))


def _place(module: str) -> int:
    return FIRST.index(module) if module in FIRST else len(FIRST)


def pytest_make_parametrize_id(val: object) -> str | None:
    """The name of a case that is SQL: xdist looks for its module before the last pair of colons."""
    return val.replace("::", ":") if isinstance(val, str) and "::" in val else None
