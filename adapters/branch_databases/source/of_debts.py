"""The ledger of a debt, asked of the debt's own branch."""

from collections.abc import Mapping, Sequence

from adapters.branch_databases.source.surroundings import Surroundings, by_branch, one_or_failure
from adapters.branch_databases.translate.debts import ledger_entry_from
from adapters.branch_databases.wire.questions import LEDGERS
from gateway.domain.debt import DebtKey, LedgerEntry
from gateway.domain.failure import SourceFailure
from gateway.domain.lookup import Fact

Answer = Mapping[DebtKey, Fact[tuple[LedgerEntry, ...]] | SourceFailure]


class OfDebts:
    def __init__(self, around: Surroundings) -> None:
        self._around = around

    async def ledgers(self, debts: Sequence[DebtKey]) -> Answer:
        """Each in the order of its row numbers."""
        around = self._around
        holders = by_branch({debt: (debt.branch,) for debt in debts if debt.branch in around.branches})
        heard = await around.hear(
            "ledgers_by_debt",
            LEDGERS,
            holders,
            lambda debt: debt.number,
            lambda row, _branch, page: ledger_entry_from(row, page, around.settings.year_pivot),
        )
        answer: dict[DebtKey, Fact[tuple[LedgerEntry, ...]] | SourceFailure] = {}
        for debt, told in heard.items():
            failure = one_or_failure(told)
            if failure is not None:
                answer[debt] = failure
            elif told.records:
                answer[debt] = around.fact(tuple(sorted(told.records, key=lambda entry: entry.sequence)))
        return answer
