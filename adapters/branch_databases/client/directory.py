"""Which branches hold whom: a replica of the directory, kept fresh in the background.

A question is answered from the replica alone, so that a dead directory costs nothing once it was read. Rows that a
directory drops (its `seq` cannot say so) go when it is read anew as a whole.
"""

import asyncio
import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
import structlog

from adapters.branch_databases.client.replica import Replica
from adapters.branch_databases.settings import BranchDatabasesSettings
from adapters.branch_databases.translate.fields import code
from adapters.branch_databases.wire.questions import INSURED_BRANCHES, WORKSHOP_BRANCHES
from adapters.outbound.sql import Database
from gateway.domain.clock import Clock
from gateway.domain.failure import Source, SourceFailure, SourceUnavailable
from gateway.domain.identifiers import BranchCode, NationalId, WorkshopKey

_OVERLAP = 100  # rows read again, as a transaction may commit after one that drew a later seq
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 10.0  # seconds between attempts while the directory is away

_log = structlog.get_logger(__name__)


class Directory:
    def __init__(self, settings: BranchDatabasesSettings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._replica = Replica(settings.replica_file)
        self._database = Database(
            settings.directory_url, source=Source.BRANCH_DATABASES, timeout=settings.timeout, pool_size=1
        )
        self._next_attempt = clock.monotonic()
        self._loaded = asyncio.Event()
        if self._replica.loaded():
            self._loaded.set()

    def branches_of_insured(self, persons: Sequence[NationalId]) -> dict[NationalId, set[BranchCode]]:
        """A person in no branch has an empty set. Raises SourceUnavailable before the first load has ended."""
        self._expect_loaded()
        return _by_person(persons, self._replica.branches_of_insured)

    def branches_of_debtors(self, persons: Sequence[NationalId]) -> dict[NationalId, set[BranchCode]]:
        """Where they are insured or have a workshop."""
        self._expect_loaded()
        insured = _by_person(persons, self._replica.branches_of_insured)
        employers = _by_person(persons, self._replica.branches_of_employers)
        return {person: insured[person] | employers[person] for person in persons}

    def knows_workshop(self, workshop: WorkshopKey) -> bool:
        return self._replica.knows_workshop(workshop.code.digits, workshop.branch.digits)

    async def wait_until_loaded(self, seconds: float) -> None:
        """As long as that, and no failure if it is not."""
        try:
            async with asyncio.timeout(seconds):
                await self._loaded.wait()
        except TimeoutError:
            _log.warning("branch_directory.not_loaded_yet")

    async def keep_fresh(self) -> None:
        """Reads the directory for ever: what is new at each refresh, and after a failure again, later and later."""
        pause = _FIRST_PAUSE
        while True:
            try:
                await self._refresh()
            except SourceFailure as failure:
                _log.warning("branch_directory.not_read", failure=str(failure), pause=pause)
                self._next_attempt = self._clock.monotonic() + pause
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE)
                continue
            self._loaded.set()
            pause = _FIRST_PAUSE
            await asyncio.sleep(self._settings.directory_refresh)

    async def close(self) -> None:
        await self._database.close()
        self._replica.close()

    def _expect_loaded(self) -> None:
        if not self._loaded.is_set():
            wait = max(1.0, self._next_attempt - self._clock.monotonic())
            raise SourceUnavailable(Source.BRANCH_DATABASES, "the directory was not read yet", retry_after=wait)

    async def _refresh(self) -> None:
        await self._read("insured_branch", INSURED_BRANCHES, self._keep_insured)
        await self._read("workshop_branch", WORKSHOP_BRANCHES, self._keep_workshops)

    async def _read(self, table: str, statement: sa.Executable, keep: Callable[[Sequence[Any], int], None]) -> None:
        last = self._replica.last(table)
        fresh = last > 0 and await self._read_after(max(0, last - _OVERLAP), statement, keep)
        if not fresh:  # never read, or a directory that was built anew and counts from 1 again
            self._replica.begin_round(table)
            await self._read_after(0, statement, keep)
            self._replica.end_round(table)

    async def _read_after(
        self, last: int, statement: sa.Executable, keep: Callable[[Sequence[Any], int], None]
    ) -> bool:
        """Whether there was any row."""
        page, any_row = self._settings.directory_page, False
        while True:
            rows = await self._database.rows(statement, {"last": last, "page": page})
            if not rows:
                return any_row
            any_row = True
            keep(rows, rows[-1].seq)
            if len(rows) < page:
                return True
            # Rows that share the last seq may go on behind the page, so it is asked for again.
            before, last = last, rows[-1].seq - 1
            if last <= before:
                last, page = before, page * 2
            await asyncio.sleep(0)

    def _keep_insured(self, rows: Sequence[Any], last: int) -> None:
        self._replica.keep_insured(((_digits(row.natcod, 10), _digits(row.brcode, 4)) for row in rows), last)

    def _keep_workshops(self, rows: Sequence[Any], last: int) -> None:
        kept = ((_digits(row.wshid, 10), _digits(row.brcode, 4), _digits(row.employer_natcod, 10)) for row in rows)
        self._replica.keep_workshops(kept, last)


def _digits(value: object, width: int) -> str:
    text = code(value)
    return text.zfill(width) if text else ""


def _by_person(
    persons: Sequence[NationalId], branches_of: Callable[[list[str]], Mapping[str, Iterable[str]]]
) -> dict[NationalId, set[BranchCode]]:
    found = branches_of([person.digits for person in persons])
    return {person: set(map(_branch, found[person.digits])) for person in persons}


@functools.cache  # there are some hundred
def _branch(code: str) -> BranchCode:
    return BranchCode(code)
