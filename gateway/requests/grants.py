"""What was granted here, by its kind and by whom or what it is about: what later services build upon.

A request's own row is found by its applicant alone. An agreement that one employee accepted for a workshop holds for
the next one too, so each grant is also kept under a keyed hash of its kind and its subject.
"""

import datetime
from collections.abc import Mapping, Sequence

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.clock import Clock
from gateway.domain.failure import SourceFailure, SourceUnavailable
from gateway.domain.identifiers import WorkshopKey
from gateway.domain.lookup import Fact, Provenance
from gateway.domain.request import RequestState, ServiceRequest
from gateway.domain.services import SERVICES, RequestKind
from gateway.domain.services.electronic_notice_agreement import SERVICE as AGREEMENT
from gateway.domain.workshop import NoticeAgreement, about_workshop
from gateway.requests.database import Database, StoreUnavailable, microseconds, moment_of
from gateway.requests.sealing import Sealing
from gateway.requests.tables import GRANTS


class Grants:
    def __init__(self, database: Database, sealing: Sealing) -> None:
        self._database, self._sealing = database, sealing

    async def keep(self, connection: AsyncConnection, before: ServiceRequest, after: ServiceRequest) -> None:
        """Within the transaction that writes `after`: what has just been granted is granted with it, or not at all."""
        if after.state is not RequestState.APPROVED or before.state is RequestState.APPROVED:
            return
        details = msgspec.json.decode(after.details, type=SERVICES[after.kind.value].details)
        await connection.execute(
            sa.insert(GRANTS).values(
                request=after.id,
                what=self._sealing.hashed("granted", _what(after.kind, details.about)),
                at=microseconds(after.steps[-1].at),
            )
        )

    async def first(self, kind: RequestKind, abouts: Sequence[str]) -> Mapping[str, datetime.datetime]:
        """Since when each of these holds; those that were never granted are absent. Raises StoreUnavailable."""
        names = {name: about for about in abouts for name in self._sealing.all_hashed("granted", _what(kind, about))}
        asked = sa.select(GRANTS.c.what, sa.func.min(GRANTS.c.at).label("at")).where(GRANTS.c.what.in_(names))
        async with self._database.reading() as connection:
            rows = (await connection.execute(asked.group_by(GRANTS.c.what))).all()
        found: dict[str, datetime.datetime] = {}
        for row in rows:
            at, about = moment_of(row.at), names[row.what]
            found[about] = min(at, found.get(about, at))
        return found


class NoticeAgreements:
    """Which workshops agreed here to be notified electronically. What a branch keeps on paper is not known."""

    def __init__(self, grants: Grants, clock: Clock) -> None:
        self._grants, self._clock = grants, clock

    async def by_workshop(
        self, workshops: Sequence[WorkshopKey], /
    ) -> Mapping[WorkshopKey, Fact[NoticeAgreement] | SourceFailure]:
        """A Lookup."""
        abouts = {about_workshop(workshop): workshop for workshop in workshops}
        try:
            since = await self._grants.first(RequestKind(AGREEMENT.name), list(abouts))
        except StoreUnavailable:
            raise SourceUnavailable(AGREEMENT.office, "the store of requests does not answer") from None
        provenance = Provenance(source=AGREEMENT.office, fetched_at=self._clock.now())
        return {abouts[about]: Fact(NoticeAgreement(agreed_at=at), provenance) for about, at in since.items()}


def _what(kind: RequestKind, about: str) -> str:
    return f"{kind.value}:{about}"
