"""The life of a request after it was accepted: assessed, delivered, followed until the office has decided.

The same for every kind. Each step asks or tells the outside one thing and may be done again: the office knows a
request by its id and an act by its reference, and takes each of them once.

    assess    what the mutation could not assess, since a system was down
    deliver   hand the request to the office
    follow    ask the office how its file stands, from time to time
    forward   hand the office what the citizen supplied, or that they withdraw or appeal
"""

import datetime
from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.clock import Clock
from gateway.domain.decrees import UNDECREED, Decrees
from gateway.domain.office import Delivery, Enclosure, OfficeFile, OfficeState
from gateway.domain.request import Act, ActKind, Assessment, Reason, RequestState, ServiceRequest
from gateway.domain.services import RequestKind
from gateway.loading.loaders import Loaders
from gateway.requests.clocks import term
from gateway.requests.flow import Advance, Flow, Retry, Run, Write, end, go, rest, wait
from gateway.requests.kinds import Inquiry, Kind
from gateway.requests.settings import Terms
from gateway.requests.store import Change, RequestStore, now_or_later
from gateway.rights.rights import Policy

FLOW = "request"

STATES: Mapping[OfficeState, RequestState] = {
    OfficeState.RECEIVED: RequestState.DELIVERED,
    OfficeState.IN_REVIEW: RequestState.IN_REVIEW,
    OfficeState.NEEDS_INFORMATION: RequestState.NEEDS_INFORMATION,
    OfficeState.SCHEDULED: RequestState.SCHEDULED,
    OfficeState.APPROVED: RequestState.APPROVED,
    OfficeState.REJECTED: RequestState.REJECTED,
    OfficeState.WITHDRAWN: RequestState.WITHDRAWN,
}

Enclosures = Callable[[Sequence[str]], Awaitable[tuple[Enclosure, ...]]]


class RequestLife:
    """`enclosures` reads documents by their ids; `loaders` makes fresh ones for one assessment."""

    def __init__(
        self,
        kinds: Mapping[RequestKind, Kind],
        store: RequestStore,
        enclosures: Enclosures,
        loaders: Callable[[], Loaders],
        policy: Policy,
        clock: Clock,
        retry: Retry,
        decrees: Decrees = UNDECREED,
    ) -> None:
        self._decrees = decrees
        self._kinds, self._store, self._enclosures = kinds, store, enclosures
        self._loaders, self._policy, self._clock = loaders, policy, clock
        self.flow = Flow(
            FLOW,
            {"assess": self.assess, "deliver": self.deliver, "follow": self.follow, "forward": self.forward},
            retry,
        )

    async def assess(self, run: Run) -> Advance:
        request = await self._request(run)
        if _withdrawal(request):  # nobody outside knows of it yet
            return end(self._write(run, lambda r: _forwarded_all(r, run.now).moved(RequestState.WITHDRAWN, run.now)))
        if request.assessment is Assessment.PASSED:
            return go("deliver", run, self._write(run, lambda r: _queued(r, run.now)))
        loaders = self._loaders()
        try:
            inquiry = Inquiry(loaders, self._policy, self._clock, self._decrees)
            kind = self._kinds[request.kind]
            assessed = await inquiry.assess(kind.rules, kind.details_of(request.details), None)
        finally:
            await loaders.close()
        if assessed.reasons:
            return end(self._write(run, lambda r: _refused(r, assessed.reasons, run.now)))
        if assessed.unread:
            raise assessed.unread[0]
        return go("deliver", run, self._write(run, lambda r: _queued(r, run.now)))

    async def deliver(self, run: Run) -> Advance:
        request = await self._request(run)
        kind = self._kinds[request.kind]
        delivery = Delivery(
            service=request.kind.value,
            reference=request.id,
            tracking_code=request.tracking_code,
            details=request.details,
            enclosures=await self._enclosures(kind.details_of(request.details).documents),
        )
        file = await kind.office.deliver(delivery)
        return go("follow", run, self._write(run, lambda r: applied(file, r, run.now, kind.terms)))

    async def follow(self, run: Run) -> Advance:
        request = await self._request(run)
        kind = self._kinds[request.kind]
        if request.waiting_act:
            return go("forward", run)
        file = await kind.office.file(request.id)
        if file is None:  # it has lost what it had confirmed: it gets it again
            return go("deliver", run)
        after = applied(file, request, run.now, kind.terms)
        if _has_expired(after, run.now):
            expiry = Act(reference=f"{request.id}.expired", kind=ActKind.WITHDRAW, at=run.now)
            await kind.office.forward(request.id, expiry, ())
            return end(self._write(run, lambda r: r.moved(RequestState.EXPIRED, now_or_later(run.now, r))))
        write = self._write(run, lambda r: applied(file, r, run.now, kind.terms)) if after != request else None
        return self._on(after, run, kind.terms, write)

    async def forward(self, run: Run) -> Advance:
        request = await self._request(run)
        kind = self._kinds[request.kind]
        act = request.waiting_act
        if act is None:
            return go("follow", run)
        file = await kind.office.forward(request.id, act, await self._enclosures(act.documents))

        def write(r: ServiceRequest) -> ServiceRequest:
            return applied(file, _forwarded(r, act.reference, run.now), run.now, kind.terms)

        return go("follow", run, self._write(run, write))

    def _on(self, request: ServiceRequest, run: Run, terms: Terms, write: Write | None) -> Advance:
        match request.state:
            case RequestState.APPROVED | RequestState.WITHDRAWN | RequestState.EXPIRED:
                return end(write)
            case RequestState.REJECTED:
                return rest("follow", write)  # an appeal wakes it
        soon = run.now + datetime.timedelta(seconds=terms.follow_seconds)
        until = request.information_until
        return wait("follow", min(soon, until) if until and until > run.now else soon, write)

    async def _request(self, run: Run) -> ServiceRequest:
        request = await self._store.by_id(run.id)
        if request is None:
            raise LookupError("a run without its request")
        return request

    def _write(self, run: Run, change: Change) -> Write:
        async def write(connection: AsyncConnection) -> None:
            await self._store.change(connection, run.id, change)

        return write


def applied(file: OfficeFile, request: ServiceRequest, now: datetime.datetime, terms: Terms) -> ServiceRequest:
    """The request as the office's file has it. What the office says again changes nothing."""
    state = STATES[file.state]
    at = now_or_later(min(file.changed_at, now), request)
    moved = request.moved(state, at, file.note)
    asks = state is RequestState.NEEDS_INFORMATION
    refuses = state is RequestState.REJECTED
    since = moved.steps[-1].at
    return msgspec.structs.replace(
        moved,
        office_number=file.number,
        instance=file.instance,
        needs=file.needs if asks else None,
        information_until=term(terms.information_days, since) if asks else None,
        appointment=file.appointment or request.appointment,
        outcome=file.note if state in {RequestState.APPROVED, RequestState.REJECTED} else request.outcome,
        results=file.results or request.results,
        # The second board is the last.
        appeal_until=term(terms.appeal_days, since) if refuses and file.instance == 1 else None,
    )


def _queued(request: ServiceRequest, now: datetime.datetime) -> ServiceRequest:
    passed = msgspec.structs.replace(request, assessment=Assessment.PASSED)
    return passed.moved(RequestState.QUEUED, now_or_later(now, request))


def _refused(request: ServiceRequest, reasons: tuple[Reason, ...], now: datetime.datetime) -> ServiceRequest:
    refused = msgspec.structs.replace(request, assessment=Assessment.REFUSED, reasons=reasons)
    return refused.moved(RequestState.REJECTED, now_or_later(now, request))


def _withdrawal(request: ServiceRequest) -> Act | None:
    return next((act for act in request.acts if act.kind is ActKind.WITHDRAW and act.forwarded_at is None), None)


def _forwarded(request: ServiceRequest, reference: str, now: datetime.datetime) -> ServiceRequest:
    acts = tuple(
        msgspec.structs.replace(act, forwarded_at=now) if act.reference == reference else act for act in request.acts
    )
    return msgspec.structs.replace(request, acts=acts)


def _forwarded_all(request: ServiceRequest, now: datetime.datetime) -> ServiceRequest:
    for act in request.acts:
        request = _forwarded(request, act.reference, act.forwarded_at or now)
    return request


def _has_expired(request: ServiceRequest, now: datetime.datetime) -> bool:
    until = request.information_until
    return request.state is RequestState.NEEDS_INFORMATION and until is not None and now >= until
