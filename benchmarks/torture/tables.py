"""Outcomes of a campaign as tables in markdown."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any


def of(campaign: str, outcomes: Sequence[Any], minutes: float, commit: str) -> str:
    """A page of results: what was tried and lost in all, then in parts."""
    parts = {
        "kills": _kills,
        "damage": _damage,
        "limits": _limits,
        "clock": _clock,
        "readers": _readers,
        "inputs": _inputs,
    }[campaign](outcomes)
    title = f"# make torture: {campaign}\n\nCommit {commit}, {minutes:.0f} minutes.\n"
    return "\n".join([title, *parts])


def table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table in markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join("| " + " | ".join(map(_cell, line)) + " |\n" for line in lines)


def _cell(value: Any) -> str:
    return str(value).replace("|", "\\|").replace("\n", " ")


def _kills(tries: Sequence[Any]) -> list[str]:
    def counted(attribute: str, heads: Sequence[str]) -> str:
        groups = Counter((one.start, getattr(one, attribute)) for one in tries)
        rows = []
        for (start, group), number in sorted(groups.items()):
            mine = [t for t in tries if (t.start, getattr(t, attribute)) == (start, group)]
            rows.append(
                (
                    start,
                    group,
                    number,
                    sum(t.is_killed for t in mine),
                    sum(t.next_build != "" for t in mine),
                    sum(t.is_lost for t in mine),
                )
            )
        rows.append(
            (
                "all",
                "",
                len(tries),
                sum(t.is_killed for t in tries),
                sum(t.next_build != "" for t in tries),
                sum(t.is_lost for t in tries),
            )
        )
        return table([*heads, "tries", "killed", "then built to the end", "lost"], rows)

    lost = [(t.start, t.aim, t.place, t.found, t.next_build) for t in tries if t.is_lost]
    return [
        counted("place", ["build", "killed in"]),
        counted("aim", ["build", "aimed at"]),
        table(["build", "aim", "place", "found", "next build"], lost) if lost else "",
    ]


def _damage(outcomes: Sequence[Any]) -> list[str]:
    return [
        table(["outcome", "kinds of damage"], Counter(o.outcome for o in outcomes).most_common()),
        table(
            ["damage", "next build", "published then", "said"],
            ((o.damage, o.outcome, o.published, o.said) for o in outcomes),
        ),
    ]


def _limits(outcomes: Sequence[Any]) -> list[str]:
    return [
        table(
            ["limit", "build", "published then", "next build, with enough", "said"],
            ((o.limit, o.outcome, o.published, o.next_build, o.said) for o in outcomes),
        )
    ]


def _clock(outcomes: Sequence[Any]) -> list[str]:
    return [
        table(
            ["clock", "exit code", "newest model", "published model", "`latest`"],
            (
                (o.build, o.exit_code, o.newest_model, o.published_model, o.pointer)
                for o in outcomes
            ),
        )
    ]


def _readers(outcomes: Sequence[Any]) -> list[str]:
    return [
        table(
            ["readers", "publications", "opens", "mixed", "errors", "files left", "first errors"],
            (
                (o.readers, o.publications, o.opens, o.mixed, o.errors, o.left, o.first_errors)
                for o in outcomes
            ),
        )
    ]


def _inputs(outcomes: Sequence[Any]) -> list[str]:
    summary = Counter((o.level, o.outcome.split(":")[0]) for o in outcomes)
    return [
        table(
            ["corruption of", "outcome", "number"],
            ((level, outcome, n) for (level, outcome), n in sorted(summary.items())),
        ),
        table(
            ["corruption of", "corruption", "outcome", "said"],
            ((o.level, o.corruption, o.outcome, o.said) for o in outcomes),
        ),
    ]
