"""What is wrong with a list, gathered up to a bound: a file of nonsense must not make an answer of nonsense."""

from gateway.domain.premium_list import ListFault, PremiumListFile
from gateway.requests.premium_list.wording import RULES


class Enough(Exception):
    """As many faults as are told: the rest is not looked at."""


class Findings:
    def __init__(self, most: int) -> None:
        self._most = most
        self.faults: list[ListFault] = []

    def note(
        self, rule: str, file: PremiumListFile, *, row: int | None, column: str | None, found: str | None, needed: str
    ) -> None:
        """Raises Enough."""
        if len(self.faults) == self._most:
            raise Enough
        self.faults.append(
            ListFault(file=file, row=row, column=column, rule=rule, found=found, needed=needed, words=RULES[rule])
        )
