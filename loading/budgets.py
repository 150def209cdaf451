"""How many requests a plan allows: by hour, by day, and symbols by month."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from loading import clock
from loading.errors import BudgetSpentError
from loading.ledger import Ledger

SOURCE = "tiingo"


class Plan(NamedTuple):
    """What a plan allows.

    Attributes:
        hour: requests an hour.
        day: requests a day.
        symbols: symbols a month; none: as many as there are.
    """

    hour: int
    day: int
    symbols: int | None = None


# Of the commercial plan no client reports the limits: those of the power plan are within them.
PLANS = {
    "free": Plan(50, 1_000, 500),
    "power": Plan(5_000, 50_000),
    "commercial": Plan(5_000, 50_000),
}


@dataclass(frozen=True)
class Budgets:
    """The budgets of a plan, kept in the ledger.

    Attributes:
        plan: what it allows.
        ledger: what was asked.
        wait: waits until a moment; none: the load stops instead.
    """

    plan: Plan
    ledger: Ledger
    wait: Callable[[datetime], None] | None

    def take(self, symbol: str | None) -> None:
        """Take one request, waiting for it where that is wanted.

        Raises:
            BudgetSpentError: there is none now, or the symbol is one too many this month.
        """
        self._check_symbol(symbol)
        while spent := self._spent():
            if self.wait is None:
                raise spent
            self.wait(spent.until)
        self.ledger.request(SOURCE, symbol)

    def _check_symbol(self, symbol: str | None) -> None:
        if symbol is None:
            return
        now = clock.now()
        asked = self.ledger.symbols(clock.month_start(now))
        limit = self.plan.symbols
        is_full = limit is not None and len(asked) >= limit
        if symbol not in asked and (is_full or self.ledger.spent_until("month")):
            raise BudgetSpentError("month", clock.next_month(now))

    def _spent(self) -> BudgetSpentError | None:
        now = clock.now()
        hour = now.replace(minute=0, second=0)
        for scope, since, until, limit in (
            ("day", clock.day_start(now), clock.next_day(now), self.plan.day),
            ("hour", hour, clock.next_hour(now), self.plan.hour),
        ):
            said = self.ledger.spent_until(scope)
            if said or self.ledger.count(SOURCE, since) >= limit:
                return BudgetSpentError(scope, said or until)
        return None

    def left(self) -> int:
        """Requests left in this hour."""
        hour = clock.now().replace(minute=0, second=0)
        return max(0, self.plan.hour - self.ledger.count(SOURCE, hour))

    def spend(self, scope: str, symbol: str | None) -> None:
        """Believe the server that a budget is used up.

        Args:
            scope: hour, day or month.
            symbol: what was asked for, and did not count if it was one too many.

        Raises:
            BudgetSpentError: of a month, for which nobody waits.
        """
        now = clock.now()
        ends = {"hour": clock.next_hour, "day": clock.next_day, "month": clock.next_month}
        until = ends[scope](now)
        self.ledger.spend(scope, until)
        if scope == "month":
            if symbol is not None:
                self.ledger.forget_symbol(symbol)
            raise BudgetSpentError(scope, until)
