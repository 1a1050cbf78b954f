"""Submissions in their table, and what each was read as, until its branch has it."""

import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.premium_list import IntakeReceipt, ListSubmission, ListSummary, PremiumList, PremiumListState
from gateway.requests.database import Database, microseconds
from gateway.requests.premium_list.tables import LISTS
from gateway.requests.sealing import Sealing


class ListStore:
    def __init__(self, database: Database, sealing: Sealing) -> None:
        self._database, self._sealing = database, sealing

    async def add(self, connection: AsyncConnection, submission: ListSubmission, content: PremiumList) -> None:
        """Raises IntegrityError where the same list stands already."""
        await connection.execute(
            sa.insert(LISTS).values(
                id=submission.id,
                tracking_code=submission.tracking_code,
                open_as=self._sealing.hashed("list", _name(submission.summary)),
                accepted_at=microseconds(submission.accepted_at),
                sealed=self._sealing.seal_record(submission, submission.id),
                content=self._sealing.seal_record(content, f"list:{submission.id}"),
            )
        )

    async def settle(
        self, connection: AsyncConnection, id_: str, answer: IntakeReceipt, now: datetime.datetime
    ) -> ListSubmission:
        """The branch's word. What was to be delivered goes; a list that is refused may be sent again."""
        before = await self._one(connection, LISTS.c.id == id_)
        if before is None:
            raise LookupError("no such list")
        after = msgspec.structs.replace(before, answer=answer, answered_at=now)
        values: dict[str, object] = {"sealed": self._sealing.seal_record(after, id_), "content": None}
        if after.state is PremiumListState.REFUSED:
            values["open_as"] = None
        await connection.execute(sa.update(LISTS).where(LISTS.c.id == id_).values(values))
        return after

    async def content(self, id_: str) -> PremiumList:
        """What is to be delivered. Raises LookupError where there is nothing any more."""
        async with self._database.reading() as connection:
            row = (await connection.execute(sa.select(LISTS.c.content).where(LISTS.c.id == id_))).first()
        if row is None or row.content is None:
            raise LookupError("no such list")
        return self._sealing.open_record(row.content, f"list:{id_}", PremiumList)

    async def standing(self, summary: ListSummary) -> ListSubmission | None:
        """The submission that stands in the way of one like this."""
        names = self._sealing.all_hashed("list", _name(summary))
        async with self._database.reading() as connection:
            return await self._one(connection, LISTS.c.open_as.in_(names))

    async def by_id(self, id_: str) -> ListSubmission | None:
        async with self._database.reading() as connection:
            return await self._one(connection, LISTS.c.id == id_)

    async def by_tracking_code(self, code: str) -> ListSubmission | None:
        async with self._database.reading() as connection:
            return await self._one(connection, LISTS.c.tracking_code == code)

    async def _one(self, connection: AsyncConnection, condition: sa.ColumnElement[bool]) -> ListSubmission | None:
        row = (await connection.execute(sa.select(LISTS.c.id, LISTS.c.sealed).where(condition))).first()
        return self._sealing.open_record(row.sealed, row.id, ListSubmission) if row else None


def _name(summary: ListSummary) -> str:
    """What may stand once."""
    place = f"{summary.workshop.branch.digits}:{summary.workshop.code.digits}"
    return f"{place}:{summary.month}:{summary.number}:{summary.contract_row or ''}"
