"""Certificates: issued to a person, found again, opened by passcode, redeemed by an agency, revoked.

A certificate is seen by its person and whoever represents them. An agency sees what it redeems, and nothing else.
"""

import datetime
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Annotated, TypeVar

import strawberry
from strawberry import ID, Info

from gateway.certificates.desk import (
    CertificateDesk,
    IssueAnswer,
    IssueWish,
    PasscodeAnswer,
    PasscodeRefused,
    PasscodeWish,
    Reader,
)
from gateway.certificates.grounds import Certifying
from gateway.certificates.passcode import Crowded
from gateway.certificates.store import CertificatePosition
from gateway.certificates.throttle import Throttled
from gateway.certificates.wording import FACTS, OUTCOMES, SUBJECT, value_in_words
from gateway.domain.access import Wording
from gateway.domain.caller import CallerKind
from gateway.domain.certificate import Certificate, CertificateKind, CertificateState, PasscodeRecord, PasscodeState
from gateway.domain.failure import Code
from gateway.domain.identifiers import NationalId
from gateway.domain.refusal import Refused
from gateway.loading.context import RequestContext
from gateway.requests.database import StoreUnavailable
from gateway.requests.desk import Invalid, Reused
from gateway.resolvers.key import PersonKey
from gateway.resolvers.paging import DEFAULT_FIRST, After, Cursors, First, KeptPage, kept_page, page_size
from gateway.resolvers.relation import forbidden, known, may_see_workshop, own_facts_of
from gateway.resolvers.request import Busy

T = TypeVar("T")
BUSY_SECONDS = 5.0

# What a caller must be given anyway to have it certified: a certificate is no way around rights.
RESTS_ON = {
    CertificateKind.INSURANCE_LINK: ("Person.identity", "Person.insurance"),
    CertificateKind.PENSION_STATUS: ("Person.identity", "Person.insurance", "Person.pension"),
    CertificateKind.CLEARANCE: ("Query.workshop", "Workshop.debts"),
    CertificateKind.BUILDING_PREMIUM: ("Person.identity", "Person.debts"),
}


@dataclass(frozen=True, slots=True)
class Closed:
    """Passcodes are: too many wrong ones, or they cannot be counted, or the store is away. Seconds."""

    retry_after: float


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a certificate: a part of its subject, or a fact. `source` and `said_at` are None for the former."""

    name: str
    value: str | None
    label: Wording
    text: Wording
    source: str | None = None
    said_at: datetime.datetime | None = None
    age_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class PasscodeNow:
    """A passcode as it stands at this moment."""

    record: PasscodeRecord
    state: PasscodeState


async def issue_certificate(
    info: Info[RequestContext, None], make: Callable[[NationalId], IssueWish], named: NationalId | None
) -> IssueAnswer | Busy:
    """`make` gives the wish for the person whose certificate it will be. Raises Refused."""
    context = info.context
    wish = make(holder_of(context, named))
    asked, rights = wish.application, known(context)
    if not all(context.policy.releases(rights, coordinate) for coordinate in RESTS_ON[asked.kind]):
        raise forbidden()
    if asked.workshop is not None and not may_see_workshop(context, asked.workshop):
        raise forbidden()
    desk = context.desk(CertificateDesk)
    certifying = Certifying(context.loaders, context.clock.now, desk.settings.fact_age_seconds)
    return await _unless_busy(desk.issue(wish, certifying))


async def create_passcode(info: Info[RequestContext, None], wish: PasscodeWish) -> PasscodeAnswer | Busy:
    desk = info.context.desk(CertificateDesk)
    certificate = await own_certificate(info.context, wish.serial)
    return await _unless_busy(desk.make_passcode(certificate, replace(wish, serial=certificate.serial)))


async def withdraw_passcode(
    info: Info[RequestContext, None], serial: str, passcode: str, key: str
) -> Certificate | Invalid | Reused | Busy:
    certificate = await own_certificate(info.context, serial)
    return await _unless_busy(info.context.desk(CertificateDesk).withdraw_passcode(certificate, passcode, key))


async def revoke_certificate(
    info: Info[RequestContext, None], serial: str, key: str
) -> Certificate | Invalid | Reused | Busy:
    certificate = await own_certificate(info.context, serial)
    return await _unless_busy(info.context.desk(CertificateDesk).revoke(certificate, key))


async def redeem_certificate(
    info: Info[RequestContext, None], serial: str, passcode: str, key: str
) -> Certificate | PasscodeRefused | Closed:
    """By an agency whose contract names this field. Raises Refused."""
    rights = known(info.context)
    if rights.caller.kind is not CallerKind.AGENCY or rights.contract is None:
        raise forbidden()
    contract = rights.contract
    reader = Reader(
        caller=f"contract:{contract.name}",
        contract=contract.name,
        words=Wording(fa=contract.agency.fa, en=contract.agency.en),
    )
    try:
        found = await info.context.desk(CertificateDesk).redeem(serial, passcode, reader, key)
    except Throttled as throttled:
        return Closed(throttled.retry_after)
    except StoreUnavailable:
        return Closed(BUSY_SECONDS)
    if isinstance(found, Invalid):
        raise Refused(Code.BAD_USER_INPUT, f"Argument 'input.{found.field}': {found.problem}")
    return found


async def certificate_by_serial(
    info: Info[RequestContext, None],
    serial: Annotated[ID, strawberry.argument(description="The certificate's serial, as it is printed.")],
) -> Certificate:
    return await own_certificate(info.context, serial)


async def certificates_of(
    root: PersonKey, info: Info[RequestContext, None], first: First = DEFAULT_FIRST, after: After = None
) -> KeptPage[Certificate, CertificatePosition]:
    person = own_facts_of(root)
    cursors = Cursors(info.context.keyring, CertificatePosition, ("Person.certificates", person.digits))
    position, size = cursors.read(after), page_size(first)
    page = await info.context.desk(CertificateDesk).store.of_person(person, size, position)
    return kept_page(page.items, _position, cursors, after=position, has_next=page.has_next)


async def own_certificate(context: RequestContext, serial: str) -> Certificate:
    """Raises Refused: of somebody else's as of one that is not there."""
    rights = known(context)
    found = await context.desk(CertificateDesk).certificate(str(serial))
    if found is None or not context.policy.covers(rights, found.person) or rights.caller.kind is CallerKind.AGENCY:
        raise forbidden()
    return found


def holder_of(context: RequestContext, named: NationalId | None) -> NationalId:
    """Whose certificate it will be. Raises Refused."""
    rights = known(context)
    person = named or rights.caller.subject
    if person is None:
        raise Refused(Code.BAD_USER_INPUT, "Argument 'input.nationalId' is needed: this caller is no person.")
    if not context.policy.covers(rights, person):
        raise forbidden()
    return person


def state_of(root: Certificate, info: Info[RequestContext, None]) -> CertificateState:
    return root.state(info.context.clock.now())


def outcome_in_words(root: Certificate) -> Wording:
    return OUTCOMES[root.claims.outcome]


def subject_of(root: Certificate) -> list[Said]:
    return [
        Said(name=name, value=value, label=SUBJECT[name], text=Wording(fa=value, en=value))
        for name, value in root.claims.subject.items()
    ]


def facts_of(root: Certificate) -> list[Said]:
    return [
        Said(
            name=fact.name,
            value=None if fact.value is None else _plain(fact.value),
            label=FACTS[fact.name],
            text=value_in_words(fact.value),
            source=fact.source,
            said_at=_moment(fact.said_at),
            age_seconds=root.claims.issued_at - fact.said_at,
        )
        for fact in root.claims.facts
    ]


def passcodes_of(root: Certificate, info: Info[RequestContext, None]) -> list[PasscodeNow]:
    now = info.context.clock.now()
    return [PasscodeNow(record, record.state(now)) for record in root.passcodes]


def issued_at(root: Certificate) -> datetime.datetime:
    return _moment(root.claims.issued_at)


def valid_until(root: Certificate) -> datetime.datetime:
    return _moment(root.claims.valid_until)


WRONG = Wording(
    fa="شناسه و رمز را دوباره ببینید یا از دارندهٔ گواهی رمز تازه بخواهید.",
    en="Look at serial and passcode again, or ask the holder for a new passcode.",
)


def remedy_of() -> Wording:
    return WRONG


def download_path(root: Certificate) -> str:
    return f"/certificates/{root.serial}/pdf"


async def _unless_busy(asked: Awaitable[T]) -> T | Busy:
    try:
        return await asked
    except (StoreUnavailable, Crowded):
        return Busy(BUSY_SECONDS)


def _position(certificate: Certificate) -> CertificatePosition:
    return CertificatePosition(certificate.claims.issued_at * 1_000_000, certificate.serial)


def _plain(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _moment(seconds: int) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC)
