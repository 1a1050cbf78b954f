"""One question to many branches at once: one statement a branch a batch; a branch that fails costs only its part."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa

from adapters.branch_databases.settings import BranchDatabasesSettings, BranchSettings
from adapters.outbound.guard import Guard, unguarded
from adapters.outbound.sql import Database
from adapters.outbound.together import together
from gateway.domain.failure import Source, SourceFailure, SourceRefusedUs
from gateway.domain.identifiers import BranchCode

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Part(Generic[K]):
    """What one branch said to one batch: rows, or why there are none."""

    branch: BranchCode
    keys: Sequence[K]
    rows: Sequence[Any] = ()
    failure: SourceFailure | None = None


class Branches:
    def __init__(self, settings: BranchDatabasesSettings, guard: Guard = unguarded) -> None:
        self._guard = guard
        self._batch = settings.persons_per_statement
        self._databases = {
            BranchCode(code): _database(BranchCode(code), branch, settings)
            for code, branch in settings.branches.items()
        }

    def __contains__(self, branch: BranchCode) -> bool:
        return branch in self._databases

    async def ask(
        self,
        operation: str,
        statement: sa.Executable,
        holders: Mapping[BranchCode, Sequence[K]],
        code_of: Callable[[K], str],
        arguments: Callable[[BranchCode], Mapping[str, object]] = lambda _: {},
    ) -> list[Part[K]]:
        """`operation` names the question to the guard. `holders`: whom to ask each branch about. Each part's keys are
        at most a batch."""
        return await together(
            self._part(operation, statement, branch, keys[at : at + self._batch], code_of, arguments)
            for branch, keys in holders.items()
            for at in range(0, len(keys), self._batch)
        )

    async def close(self) -> None:
        await asyncio.gather(*(database.close() for database in self._databases.values()))

    async def _part(
        self,
        operation: str,
        statement: sa.Executable,
        branch: BranchCode,
        keys: Sequence[K],
        code_of: Callable[[K], str],
        arguments: Callable[[BranchCode], Mapping[str, object]],
    ) -> Part[K]:
        database = self._databases.get(branch)
        if database is None:
            told = f"the directory names branch {branch}, which the settings do not"
            return Part(branch, keys, failure=SourceRefusedUs(Source.BRANCH_DATABASES, told, branch=branch))
        codes = list(dict.fromkeys(code_of(key) for key in keys))
        try:
            values = {"codes": codes, **arguments(branch)}
            rows = await self._guard(operation, lambda: database.rows(statement, values), branch=branch)
        except SourceFailure as failure:
            return Part(branch, keys, failure=failure)
        return Part(branch, keys, rows)


def _database(branch: BranchCode, of_branch: BranchSettings, settings: BranchDatabasesSettings) -> Database:
    return Database(
        of_branch.url,
        source=Source.BRANCH_DATABASES,
        branch=branch,
        timeout=settings.timeout,
        pool_size=settings.pool_size,
    )
