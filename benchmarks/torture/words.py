"""What a build says when it stops: in a sentence of its own, or raw."""

import re

# What no user can apply: where the code was, DuckDB's own errors, counts of rows.
RAW = (
    r"Traceback",
    r"^\s*(?:Conversion|Out of Range|Out of Memory|Invalid(?: Input)?|Binder|Catalog|Parser|IO"
    r"|INTERNAL|Internal|Constraint|TransactionContext|Serialization|FATAL|Not implemented)"
    r" Error: (?!.*unharmed)",
    r"LINE \d+:",
    r"Got \d+ results?, configured to fail",
)
TIME = re.compile(r"^\d\d:\d\d:\d\d  ", re.MULTILINE)


def raw_text(log: str, code: int | str) -> str:
    """What of a log no user should see; empty where all is said in sentences."""
    if isinstance(code, str):
        return code
    if code < 0:
        return f"signal {-code}"
    for pattern in RAW:
        found = re.search(pattern, TIME.sub("", log), re.MULTILINE)
        if found:
            return found.group().strip()
    return ""


def sentence(log: str) -> str:
    """The first error that a log tells of, on one line, without dbt's list of macros and files."""
    text = TIME.sub("", log)
    head = r"(?:Runtime|Compilation|Database|Encountered an)[ \w]*[Ee]rror[^\n]*\n"
    found = re.search(rf"{head}((?:\s*\S[^\n]*\n?)+)", text)
    if found:
        said = " ".join(found.group(1).split())
        return re.split(r" > (?:in|called by) | compiled code at ", said)[0][:600]
    found = re.search(r"Failure in test (\S+)", text)
    return f"test {found.group(1)} fails" if found else ""
