"""Where requests are handed in: checked, assessed by what can be read at once, recorded with their run and receipt.

Answers are values, one class each, so that the graph's unions read off them. `StoreUnavailable` is SystemBusy there.
"""

import datetime
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.domain.failure import Code
from gateway.domain.identifiers import NationalId
from gateway.domain.refusal import Refused
from gateway.domain.request import (
    Act,
    ActKind,
    Assessment,
    Reason,
    RequestState,
    RequestStep,
    ServiceRequest,
)
from gateway.domain.services import RequestKind
from gateway.requests.clocks import ServiceLevel
from gateway.requests.documents import DocumentGone, Documents
from gateway.requests.flow import begin, wake
from gateway.requests.grants import NoticeAgreements
from gateway.requests.ground import Ground
from gateway.requests.idempotency import LONGEST, Kept, KeyReused
from gateway.requests.kinds import Inquiry, Kind
from gateway.requests.life import RequestLife
from gateway.requests.store import RequestPosition, RequestStore
from gateway.requests.tracking_code import new_tracking_code
from gateway.requests.watchers import Watchers

ACCEPTED, NOT_ELIGIBLE, ALREADY = "accepted", "not eligible", "already requested"


@dataclass(frozen=True, slots=True)
class Invalid:
    """`field` is the name of the input's field, as the graph has it."""

    field: str
    problem: str


@dataclass(frozen=True, slots=True)
class NotEligible:
    applicant: NationalId
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class AlreadyRequested:
    request: ServiceRequest


@dataclass(frozen=True, slots=True)
class Reused:
    """The idempotency key stands for something else."""


@dataclass(frozen=True, slots=True)
class NotNow:
    """The request's state does not allow it."""

    request: ServiceRequest


Answer = ServiceRequest | Invalid | NotEligible | AlreadyRequested | Reused
ActAnswer = ServiceRequest | Invalid | NotNow | Reused


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked. `documents_as` is the name of the input's field that says the documents."""

    kind: RequestKind
    applicant: NationalId
    details: bytes
    key: str
    documents_as: str = "documents"


class RequestDesk:
    def __init__(
        self,
        ground: Ground,
        store: RequestStore,
        documents: Documents,
        kinds: Mapping[RequestKind, Kind],
        life: RequestLife,
    ) -> None:
        self._database, self._keys, self._engine = ground.database, ground.keys, ground.engine
        self._clocks, self._clock, self._settings = ground.clocks, ground.clock, ground.settings
        self._receipts = ground.receipts
        self._store, self._kinds, self._life = store, kinds, life
        self.documents = documents
        self.notice_agreements = NoticeAgreements(store.grants, ground.clock)
        self._watchers = Watchers(store, ground.clock, ground.settings.watch_seconds)

    @property
    def busy_retry_seconds(self) -> float:
        return self._settings.busy_retry_seconds

    async def ask(self, wish: Wish, inquiry: Inquiry) -> Answer:
        """Raises StoreUnavailable; then it is not known whether it is recorded, and the same key tells."""
        if problem := _key_problem(wish.key):
            return problem
        payload = msgspec.json.encode([wish.kind.value, wish.applicant.digits, wish.details.hex()])
        try:
            if kept := await self._keys.kept(wish.applicant, wish.key, payload):
                return await self._again(wish, kept)
        except KeyReused:
            return Reused()
        kind = self.kind(wish.kind)
        details = kind.details_of(wish.details)
        about, documents = details.about, details.documents
        if not await self.documents.all_of(wish.applicant, documents):
            return Invalid(wish.documents_as, "There is no document of this id, or it is not this person's.")
        request = self._new(wish)
        if standing := await self._store.open_one(request, about):
            return await self._keep(wish, payload, Kept(answer=ALREADY, thing=standing.id))
        assessed = await inquiry.assess(kind.rules, details, self._settings.assess_seconds)
        if assessed.reasons:
            return await self._keep(wish, payload, Kept(answer=NOT_ELIGIBLE, reasons=assessed.reasons))
        if not assessed.unread:
            request = msgspec.structs.replace(request, assessment=Assessment.PASSED)
        request = msgspec.structs.replace(request, receipt=self._receipt(request, kind))
        now = request.accepted_at
        try:
            async with self._database.writing() as connection:
                await self._keys.keep(
                    connection, wish.applicant, wish.key, payload, Kept(answer=ACCEPTED, thing=request.id), now
                )
                await self._store.add(connection, request, about)
                await self.documents.bind(connection, documents, request.id)
                await begin(connection, self._life.flow, request.id, now)
        except DocumentGone:
            return Invalid("certificate", "There is no document of this id any more.")
        except IntegrityError:
            return await self._beaten(wish, payload, request, about)
        self._engine.poke()
        return request

    async def withdraw(self, request: ServiceRequest, key: str) -> ActAnswer:
        return await self._act(request, ActKind.WITHDRAW, key)

    async def supply(self, request: ServiceRequest, key: str, documents: Sequence[str], text: str | None) -> ActAnswer:
        if not documents and not text:
            return Invalid("documents", "Give at least one document, or a text.")
        if not await self.documents.all_of(request.applicant, documents):
            return Invalid("documents", "There is no document of one of these ids, or it is not this person's.")
        return await self._act(request, ActKind.SUPPLY, key, tuple(documents), text)

    async def appeal(self, request: ServiceRequest, key: str, text: str | None) -> ActAnswer:
        return await self._act(request, ActKind.APPEAL, key, (), text)

    async def by_id(self, id_: str) -> ServiceRequest | None:
        return await self._store.by_id(id_)

    async def by_tracking_code(self, code: str) -> ServiceRequest | None:
        return await self._store.by_tracking_code(code)

    async def of_applicant(
        self, person: NationalId, first: int, after: RequestPosition | None
    ) -> Sequence[ServiceRequest]:
        return await self._store.of_applicant(person, first=first, after=after)

    async def updates(self, id_: str, since: int) -> AsyncIterator[ServiceRequest]:
        """The request in each version after `since`; versions that came at once are one."""
        while True:
            await self._watchers.changed(id_, since)
            request = await self._store.by_id(id_)
            if request is None:
                return
            since = request.version
            yield request

    def service_level(self, request: ServiceRequest) -> ServiceLevel | None:
        return self._clocks.service_level(request, self._kinds[request.kind].terms, self._clock.now())

    def kind(self, kind: RequestKind) -> Kind:
        """Raises Refused where this gateway does not offer it."""
        if kind not in self._kinds:
            raise Refused(Code.FORBIDDEN, "This is not offered here.")
        return self._kinds[kind]

    async def _act(
        self,
        request: ServiceRequest,
        kind: ActKind,
        key: str,
        documents: tuple[str, ...] = (),
        text: str | None = None,
    ) -> ActAnswer:
        if problem := _key_problem(key):
            return problem
        payload = msgspec.json.encode([kind.value, request.id, documents, text])
        try:
            if await self._keys.kept(request.applicant, key, payload):
                return await self._store.by_id(request.id) or request
        except KeyReused:
            return Reused()
        now = self._clock.now()
        act = Act(reference=f"{request.id}.{secrets.token_hex(8)}", kind=kind, at=now, documents=documents, text=text)
        try:
            async with self._database.writing() as connection:
                return await self._acted(connection, request, act, key, payload, now)
        except IntegrityError:  # the same key, at the same moment
            try:
                kept = await self._keys.kept(request.applicant, key, payload)
            except KeyReused:
                return Reused()
            return (kept and await self._store.by_id(request.id)) or request
        except DocumentGone:
            return Invalid("documents", "There is no document of one of these ids any more.")
        except _NotNow as refused:
            return NotNow(refused.request)
        finally:
            self._engine.poke()

    async def _acted(
        self,
        connection: AsyncConnection,
        request: ServiceRequest,
        act: Act,
        key: str,
        payload: bytes,
        now: datetime.datetime,
    ) -> ServiceRequest:
        def change(current: ServiceRequest) -> ServiceRequest:
            if not _allows(current, act.kind, now):
                raise _NotNow(current)
            return msgspec.structs.replace(current, acts=(*current.acts, act))

        await self._keys.keep(
            connection, request.applicant, key, payload, Kept(answer=act.kind.value, thing=request.id), now
        )
        after = await self._store.change(connection, request.id, change)
        await self.documents.bind(connection, act.documents, request.id)
        await wake(connection, request.id, now)
        return after

    def _new(self, wish: Wish) -> ServiceRequest:
        now = self._clock.now()
        return ServiceRequest(
            id=secrets.token_hex(16),
            kind=wish.kind,
            applicant=wish.applicant,
            details=wish.details,
            tracking_code=new_tracking_code(),
            steps=(RequestStep(state=RequestState.ACCEPTED, at=now),),
            assessment=Assessment.PENDING,
        )

    def _receipt(self, request: ServiceRequest, kind: Kind) -> str:
        level = self._clocks.service_level(request, kind.terms, request.accepted_at)
        return self._receipts.sign(
            id=request.id,
            subject=request.kind.value,
            tracking_code=request.tracking_code,
            accepted_at=request.accepted_at,
            content=request.applicant.digits.encode() + request.details,
            details={
                "fa": kind.words.fa,
                "en": kind.words.en,
                "assessment": request.assessment.value,
                "due": level.due.isoformat() if level else None,
            },
        )

    async def _keep(self, wish: Wish, payload: bytes, kept: Kept) -> Answer:
        try:
            async with self._database.writing() as connection:
                await self._keys.keep(connection, wish.applicant, wish.key, payload, kept, self._clock.now())
        except IntegrityError:
            try:
                kept = await self._keys.kept(wish.applicant, wish.key, payload) or kept
            except KeyReused:
                return Reused()
        return await self._again(wish, kept)

    async def _beaten(self, wish: Wish, payload: bytes, request: ServiceRequest, about: str) -> Answer:
        """Somebody was first: with the same key, or with a request for the same subject."""
        try:
            kept = await self._keys.kept(wish.applicant, wish.key, payload)
        except KeyReused:
            return Reused()
        if kept is not None:
            return await self._again(wish, kept)
        standing = await self._store.open_one(request, about)
        if standing is None:
            raise RuntimeError("a request that clashes with none")
        return await self._keep(wish, payload, Kept(answer=ALREADY, thing=standing.id))

    async def _again(self, wish: Wish, kept: Kept) -> Answer:
        if kept.answer == NOT_ELIGIBLE:
            return NotEligible(wish.applicant, kept.reasons)
        request = await self._store.by_id(kept.thing or "")
        if request is None:
            raise LookupError("a key without its request")
        return request if kept.answer == ACCEPTED else AlreadyRequested(request)


class _NotNow(Exception):
    def __init__(self, request: ServiceRequest) -> None:
        super().__init__()
        self.request = request


def _allows(request: ServiceRequest, act: ActKind, now: datetime.datetime) -> bool:
    waiting = {each.kind for each in request.acts if each.forwarded_at is None}
    if act in waiting or ActKind.WITHDRAW in waiting:
        return False
    match act:
        case ActKind.WITHDRAW:
            return request.is_open
        case ActKind.SUPPLY:
            until = request.information_until
            return request.state is RequestState.NEEDS_INFORMATION and (until is None or now < until)
        case ActKind.APPEAL:
            refused = request.state is RequestState.REJECTED and request.assessment is Assessment.PASSED
            return refused and request.instance == 1 and (request.appeal_until is None or now < request.appeal_until)


def _key_problem(key: str) -> Invalid | None:
    if not 1 <= len(key) <= LONGEST or not key.isprintable():
        return Invalid("idempotencyKey", f"It must have 1 to {LONGEST} printable characters.")
    return None
