"""Puts on record what leaves outside the graph: the bytes of a certificate, and a view of it on the public page."""

from gateway.domain.clock import Clock
from gateway.domain.identifiers import NationalId
from gateway.domain.time_ordered_id import time_ordered_id
from gateway.operation.audit.event import Decision, Release, ReleaseEvent, Who
from gateway.operation.audit.pseudonyms import Pseudonyms
from gateway.operation.audit.recorder import Recorder
from gateway.operation.audit.wording import PUBLIC
from gateway.rights.rights import Rights

DOWNLOADED = "Certificate.download"
VIEWED = "Certificate.facts"


class HandedOut:
    """Both return when it is on record, so that it may leave. Raise NotRecorded."""

    def __init__(self, recorder: Recorder, pseudonyms: Pseudonyms, clock: Clock) -> None:
        self._recorder, self._pseudonyms, self._clock = recorder, pseudonyms, clock

    async def to_caller(self, rights: Rights, person: NationalId, correlation_id: str) -> None:
        caller = rights.caller
        who = Who(
            kind=caller.kind.value,
            client=caller.client,
            thumbprint=caller.thumbprint,
            end_user=self._pseudonyms.text("end user", caller.end_user) if caller.end_user else None,
            subject=self._pseudonyms.person(caller.subject) if caller.subject else None,
        )
        await self._record(who, person, correlation_id, "download", DOWNLOADED)

    async def to_the_public(self, person: NationalId, correlation_id: str) -> None:
        await self._record(Who(kind=PUBLIC), person, correlation_id, "verify", VIEWED)

    async def _record(self, who: Who, person: NationalId, correlation_id: str, operation: str, coordinate: str) -> None:
        released = Release(fields=(coordinate,), persons=(self._pseudonyms.person(person),))
        await self._recorder.record(
            ReleaseEvent(
                id=time_ordered_id(),
                at=self._clock.now(),
                correlation_id=correlation_id,
                who=who,
                operation=operation,
                document="",
                decision=Decision.RELEASED,
                released=(released,),
            )
        )
