"""Which workshop may agree to electronic notice, rule by rule; and that what was granted is found by the next."""

import asyncio
import datetime
from pathlib import Path
from typing import Any

import pytest

from gateway.domain.failure import Source
from gateway.domain.identifiers import BranchCode, MobileNumber, WorkshopCode, WorkshopKey
from gateway.domain.request import Assessment, RequestState, RequestStep, ServiceRequest
from gateway.domain.services import RequestKind
from gateway.domain.services.electronic_notice_agreement import NoticeAgreementRequest
from gateway.domain.workshop import NoticeAgreement, Workshop
from gateway.loading.keyring import Keyring
from gateway.requests.assessing import details_from
from gateway.requests.database import Database
from gateway.requests.grants import NoticeAgreements
from gateway.requests.reading import UNREAD
from gateway.requests.sealing import Sealing
from gateway.requests.services.electronic_notice_agreement import NoticeAgreementFacts, figures, reasons
from gateway.requests.store import RequestStore
from gateway.requests.tables import METADATA
from tests.requests.fakes import SteppingClock
from tests.resolvers.conftest import SARA, WORKSHOP

NOON = datetime.datetime(2026, 11, 22, 8, 30, tzinfo=datetime.UTC)
AGREEMENT = NoticeAgreement(agreed_at=NOON)
KNOWN = Workshop(code=WORKSHOP.code, branch=WORKSHOP.branch, name="نجاری", active=True)
FIRST, SECOND = Keyring(b"1" * 32), Keyring(b"2" * 32)


def broken(**facts: Any) -> list[str]:
    said = {"workshop": KNOWN, "agreement": None, "accepted": True} | facts
    return [reason.rule for reason in reasons(NoticeAgreementFacts(**said)) if reason]


def test_a_workshop_that_its_branch_knows_may_agree_once() -> None:
    assert broken() == []
    assert broken(agreement=AGREEMENT) == ["agreement.is-new"]
    assert broken(workshop=None) == ["workshop.is-known"]


def test_who_does_not_accept_agrees_to_nothing_and_who_has_not_said_breaks_no_rule() -> None:
    assert broken(accepted=False) == ["agreement.is-accepted"]
    assert broken(accepted=None) == []


@pytest.mark.parametrize(("email", "fits"), [("a@b.ir", True), ("a@b", False), ("a b@c.ir", False), ("@b.ir", False)])
def test_an_email_address_has_a_name_and_a_host(email: str, fits: bool) -> None:
    assert broken(email=email) == ([] if fits else ["agreement.email-is-an-address"])


@pytest.mark.parametrize(("length", "fits"), [(254, True), (255, False)])
def test_an_email_address_has_at_most_254_characters(length: int, fits: bool) -> None:
    assert broken(email="a" * (length - 5) + "@b.ir") == ([] if fits else ["agreement.email-is-an-address"])


def test_what_was_not_read_breaks_no_rule() -> None:
    assert broken(workshop=UNREAD, agreement=UNREAD) == []


def test_reasons_and_figures_say_since_when_in_the_jalali_calendar() -> None:
    facts = NoticeAgreementFacts(workshop=KNOWN, agreement=AGREEMENT)
    [reason] = [reason for reason in reasons(facts) if reason]
    assert (reason.found, reason.source) == ("1405-09-01", Source.BRANCH_COUNTER)
    assert [(figure.name, figure.value) for figure in figures(facts)] == [("agreedOn", "1405-09-01")]


class Books:
    """Requests as a gateway with this key and these former ones keeps them."""

    def __init__(self, database: Database, key: Keyring, former: tuple[Keyring, ...] = ()) -> None:
        self.database, self.store = database, RequestStore(database, Sealing(key, former))
        self.agreements = NoticeAgreements(self.store.grants, SteppingClock())

    async def requested(self, id_: str, workshop: WorkshopKey = WORKSHOP) -> None:
        details = NoticeAgreementRequest(
            applicant=SARA, workshop=workshop, accepted=True, mobile=MobileNumber("09120000000")
        )
        request = ServiceRequest(
            id=id_,
            kind=RequestKind("ELECTRONIC_NOTICE_AGREEMENT"),
            applicant=SARA,
            details=details_from(details),
            tracking_code=id_,
            steps=(RequestStep(state=RequestState.ACCEPTED, at=NOON),),
            assessment=Assessment.PASSED,
        )
        async with self.database.writing() as connection:
            await self.store.add(connection, request, details.about)

    async def moves(self, id_: str, state: RequestState, hours: int) -> None:
        at = NOON + datetime.timedelta(hours=hours)
        async with self.database.writing() as connection:
            await self.store.change(connection, id_, lambda request: request.moved(state, at))

    async def since(self, *workshops: WorkshopKey) -> dict[WorkshopKey, datetime.datetime]:
        facts = await self.agreements.by_workshop(workshops)
        return {key: fact.value.agreed_at for key, fact in facts.items() if not isinstance(fact, Exception)}


async def test_an_agreement_is_the_workshops_from_the_moment_it_is_granted(tmp_path: Path) -> None:
    other = WorkshopKey(WorkshopCode("0070012345"), BranchCode("0960"))
    database = Database(f"sqlite:///{tmp_path}/requests.db")
    await database.open(METADATA)
    try:
        books = Books(database, FIRST)
        await books.requested("one")
        assert await books.since(WORKSHOP, other) == {}
        await books.moves("one", RequestState.APPROVED, 3)
        await books.moves("one", RequestState.APPROVED, 9)  # the office says it again
        assert await books.since(WORKSHOP, other) == {WORKSHOP: NOON + datetime.timedelta(hours=3)}
        await books.requested("two", other)
        await books.moves("two", RequestState.REJECTED, 4)
        assert await books.since(other) == {}
        renewed = Books(database, SECOND, (FIRST,))
        assert await renewed.since(WORKSHOP) == {WORKSHOP: NOON + datetime.timedelta(hours=3)}
        assert await Books(database, SECOND).since(WORKSHOP) == {}
    finally:
        await database.close()


def test_a_row_of_a_grant_names_no_workshop(tmp_path: Path) -> None:
    asyncio.run(_granted(tmp_path))
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert len(written) > 1_000
    assert WORKSHOP.code.digits.encode() not in written
    assert SARA.digits.encode() not in written


async def _granted(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/requests.db")
    await database.open(METADATA)
    try:
        books = Books(database, FIRST)
        await books.requested("one")
        await books.moves("one", RequestState.APPROVED, 1)
    finally:
        await database.close()
