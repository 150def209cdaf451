"""What may stop a load, each in a sentence for the one who started it."""

from datetime import datetime


class LoadError(Exception):
    """Something that its reader can mend: an argument, the token, a folder."""


class BudgetSpentError(Exception):
    """A plan's requests, or symbols, are used up for now.

    Attributes:
        scope: hour, day or month.
        until: when there are new ones.
    """

    def __init__(self, scope: str, until: datetime) -> None:
        """Keep what is spent, and until when."""
        super().__init__(f"the requests of this {scope} are used up")
        self.scope = scope
        self.until = until


class ServerError(Exception):
    """The server failed, or its answer came in part: worth asking again."""


class RefusedError(Exception):
    """An answer that will be the same the next time: the reason why one ticker has none."""


class NotInPlanError(RefusedError):
    """Fundamentals that the plan does not include."""
