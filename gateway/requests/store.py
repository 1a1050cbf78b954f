"""Requests in their tables. A change reads, alters and writes in one transaction: no change of another's is lost."""

import datetime
from collections.abc import Callable, Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.identifiers import NationalId
from gateway.domain.request import ServiceRequest
from gateway.requests.database import Database, microseconds
from gateway.requests.grants import Grants
from gateway.requests.sealing import Sealing
from gateway.requests.tables import REQUESTS

IDS_A_STATEMENT = 2_000

Change = Callable[[ServiceRequest], ServiceRequest]


class RequestPosition(msgspec.Struct, frozen=True, order=True):
    """In the order (accepted desc, id desc). `at` is in microseconds since 1970."""

    at: int
    id: str


class RequestStore:
    def __init__(self, database: Database, sealing: Sealing) -> None:
        self._database, self._sealing = database, sealing
        self.grants = Grants(database, sealing)

    async def add(self, connection: AsyncConnection, request: ServiceRequest, about: str) -> None:
        """Raises IntegrityError where a request of this kind for the same subject is open."""
        await connection.execute(
            sa.insert(REQUESTS).values(
                id=request.id,
                owner=self._sealing.owner(request.applicant),
                tracking_code=request.tracking_code,
                open_as=self.open_as(request, about),
                accepted_at=microseconds(request.accepted_at),
                version=request.version,
                sealed=self._sealing.seal_record(request, request.id),
            )
        )

    def open_as(self, request: ServiceRequest, about: str) -> str:
        """What may be open once."""
        what = f"{request.kind.value}:{request.applicant.digits}:{about}"
        return self._sealing.hashed("open", what)

    async def open_one(self, request: ServiceRequest, about: str) -> ServiceRequest | None:
        """The request that stands in the way of this one."""
        what = f"{request.kind.value}:{request.applicant.digits}:{about}"
        names = self._sealing.all_hashed("open", what)
        return await self._one(REQUESTS.c.open_as.in_(names))

    async def change(self, connection: AsyncConnection, id_: str, change: Change) -> ServiceRequest:
        """Within the caller's transaction. Raises LookupError for an id that is none."""
        asked = sa.select(REQUESTS.c.sealed, REQUESTS.c.version).where(REQUESTS.c.id == id_).with_for_update()
        row = (await connection.execute(asked)).first()
        if row is None:
            raise LookupError("no such request")
        before = self._opened(id_, row.sealed)
        after = change(before)
        if after == before:
            return before
        after = msgspec.structs.replace(after, version=row.version + 1)
        values: dict[str, object] = {"version": after.version, "sealed": self._sealing.seal_record(after, id_)}
        if not after.is_open:
            values["open_as"] = None
        await connection.execute(sa.update(REQUESTS).where(REQUESTS.c.id == id_).values(values))
        await self.grants.keep(connection, before, after)
        return after

    async def by_id(self, id_: str) -> ServiceRequest | None:
        return await self._one(REQUESTS.c.id == id_)

    async def by_tracking_code(self, code: str) -> ServiceRequest | None:
        return await self._one(REQUESTS.c.tracking_code == code)

    async def versions_of(self, ids: Sequence[str]) -> dict[str, int]:
        """Of those that are there."""
        found: dict[str, int] = {}
        async with self._database.reading() as connection:
            for start in range(0, len(ids), IDS_A_STATEMENT):
                some = ids[start : start + IDS_A_STATEMENT]
                asked = sa.select(REQUESTS.c.id, REQUESTS.c.version).where(REQUESTS.c.id.in_(some))
                found |= {row.id: row.version for row in await connection.execute(asked)}
        return found

    async def of_applicant(
        self, person: NationalId, *, first: int, after: RequestPosition | None = None
    ) -> Sequence[ServiceRequest]:
        """The newest first, one more than `first` where there are more."""
        asked = (
            sa.select(REQUESTS.c.id, REQUESTS.c.sealed)
            .where(REQUESTS.c.owner.in_(self._sealing.owners(person)))
            .order_by(REQUESTS.c.accepted_at.desc(), REQUESTS.c.id.desc())
            .limit(first + 1)
        )
        if after is not None:
            asked = asked.where(sa.tuple_(REQUESTS.c.accepted_at, REQUESTS.c.id) < sa.tuple_(after.at, after.id))
        async with self._database.reading() as connection:
            rows = (await connection.execute(asked)).all()
        return [self._opened(row.id, row.sealed) for row in rows]

    async def _one(self, condition: sa.ColumnElement[bool]) -> ServiceRequest | None:
        async with self._database.reading() as connection:
            row = (await connection.execute(sa.select(REQUESTS.c.id, REQUESTS.c.sealed).where(condition))).first()
        return self._opened(row.id, row.sealed) if row else None

    def _opened(self, id_: str, sealed: bytes) -> ServiceRequest:
        return self._sealing.open_record(sealed, id_, ServiceRequest)


def position_of(request: ServiceRequest) -> RequestPosition:
    return RequestPosition(microseconds(request.accepted_at), request.id)


def now_or_later(moment: datetime.datetime, request: ServiceRequest) -> datetime.datetime:
    """Steps never run backwards, whatever the clock of an office says."""
    return max(moment, request.steps[-1].at)
