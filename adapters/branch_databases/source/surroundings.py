"""What each Lookup of the branches stands on, and the way from parts by branch to facts by key."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from adapters.branch_databases.client.branches import Branches, Part
from adapters.branch_databases.client.directory import Directory
from adapters.branch_databases.settings import BranchDatabasesSettings
from gateway.domain.clock import Clock
from gateway.domain.code_pages import CodePage
from gateway.domain.failure import Source, SourceFailure, SourceIncoherent
from gateway.domain.identifiers import BranchCode
from gateway.domain.lookup import Fact, Provenance

K = TypeVar("K")
R = TypeVar("R")
V = TypeVar("V")

FromRow = Callable[[Any, BranchCode, CodePage], R]


@dataclass(slots=True)
class Heard(Generic[R]):
    """What all branches together said of one key."""

    records: list[R] = field(default_factory=list)
    failures: list[SourceFailure] = field(default_factory=list)
    incoherent: SourceIncoherent | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    settings: BranchDatabasesSettings
    clock: Clock
    directory: Directory
    branches: Branches

    def fact(self, value: V) -> Fact[V]:
        return Fact(value, Provenance(source=Source.BRANCH_DATABASES, fetched_at=self.clock.now()))

    async def hear(
        self,
        operation: str,
        statement: sa.Executable,
        holders: Mapping[BranchCode, Sequence[K]],
        code_of: Callable[[K], str],
        from_row: FromRow[R],
        *,
        arguments: Callable[[BranchCode], Mapping[str, object]] = lambda _: {},
    ) -> dict[K, Heard[R]]:
        """Asks the branches and sorts what they said by key. Rows of nobody who was asked for are dropped."""
        heard: dict[K, Heard[R]] = {key: Heard() for keys in holders.values() for key in keys}
        for part in await self.branches.ask(operation, statement, holders, code_of, arguments):
            self._listen(part, code_of, from_row, heard)
        return heard

    def _listen(
        self, part: Part[K], code_of: Callable[[K], str], from_row: FromRow[R], heard: dict[K, Heard[R]]
    ) -> None:
        if part.failure is not None:
            for key in part.keys:
                heard[key].failures.append(part.failure)
            return
        page = self._page_of(part.branch)
        told_of = {code_of(key): heard[key] for key in part.keys}
        for row in part.rows:
            told = told_of.get(row.asked) or told_of.get(_as_asked(row.asked, told_of))
            if told is None:
                continue
            try:
                told.records.append(from_row(row, part.branch, page))
            except (ValueError, ArithmeticError):  # the error may hold the value: it is not kept
                told.incoherent = SourceIncoherent(
                    Source.BRANCH_DATABASES, f"a row of branch {part.branch} makes no sense", branch=part.branch
                )

    def _page_of(self, branch: BranchCode) -> CodePage:
        return self.settings.branches[branch.digits].encoding


def one_or_failure(told: Heard[R]) -> SourceFailure | None:
    """A fact that needs all its branches fails with the first that is missing."""
    return told.incoherent or next(iter(told.failures), None)


def by_branch(branches_of: Mapping[K, Iterable[BranchCode]]) -> dict[BranchCode, list[K]]:
    holders: defaultdict[BranchCode, list[K]] = defaultdict(list)
    for key, branches in branches_of.items():
        for branch in branches:
            holders[branch].append(key)
    return dict(sorted(holders.items()))


def _as_asked(written: object, keys: Mapping[str, object]) -> str:
    """The code as it was asked for: without padding, and with the zeros that the branch may have lost."""
    text = str(written).strip()
    return text if text in keys else text.zfill(10)
