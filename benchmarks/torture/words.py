"""What a build says when it stops: in a sentence of its own, or raw."""

import re

# What no user can apply: where the code was, and DuckDB's own errors.
RAW = (
    r"Traceback",
    r"(?:\w+ Error: (?:Conversion|Out of Range|Invalid Input|Binder|Catalog|Parser|IO|Internal)"
    r"|(?:Conversion|Out of Range|Invalid Input|Binder|Catalog|Parser|Internal|Constraint"
    r"|TransactionContext|Serialization|FATAL|Fatal) Error)",
    r"LINE \d+:",
    r"Got \d+ results?, configured to fail",
)


def raw_text(log: str, code: int | str) -> str:
    """What of a log no user should see; empty where all is said in sentences."""
    if isinstance(code, str):
        return code
    if code < 0:
        return f"signal {-code}"
    for pattern in RAW:
        found = re.search(pattern, log)
        if found:
            return found.group()
    return ""


def sentence(log: str) -> str:
    """The first error that a log tells of, or warning where there is none, on one line."""
    text = re.sub(r"^\d\d:\d\d:\d\d  ", "", log, flags=re.MULTILINE)
    for head in (
        r"(?:Runtime|Compilation|Database|Encountered an)[ \w]*[Ee]rror[^\n]*\n",
        r"Exc.*: ",
    ):
        found = re.search(rf"{head}((?:\s*\S[^\n]*\n?)+)", text)
        if found:
            return " ".join(found.group(1).split())[:600]
    found = re.search(r"Failure in test (\S+)", text)
    return f"test {found.group(1)} fails" if found else ""
