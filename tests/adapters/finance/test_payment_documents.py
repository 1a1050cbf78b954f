"""The finance department: documents by number, and the order that makes one."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from adapters.finance import connect
from adapters.finance.settings import FinanceSettings
from adapters.finance.source import Finance
from gateway.domain.calendar import Day
from gateway.domain.failure import SourceIncoherent, SourceUnavailable
from gateway.domain.identifiers import NationalId
from gateway.domain.lookup import Fact
from gateway.domain.money import rial
from gateway.domain.payment_document import DocumentState, PaymentDocument, PaymentOrder, PaymentPurpose
from tests.adapters.outbound.stand_in import Seen, SetClock, StandIn, standing_in
from tests.contracts.lookup_contract import CancellableLookupContract, Subject

ACCOUNT = {"username": "us", "password": "hush", "timeout": 2}
OMID = NationalId("0070018618")
ORDER = PaymentOrder(reference="r1", payee=OMID, amount=rial(123), purpose=PaymentPurpose.MARRIAGE_ALLOWANCE)
DOCUMENT = {
    "number": "PD-1",
    "reference": "r1",
    "amount": 123,
    "state": 1,
    "accountEnding": "0017",
    "issuedOn": "14050901",
    "settledOn": "00000000",
}


@dataclass
class Department:
    documents: list[dict[str, Any]] = field(default_factory=lambda: [DOCUMENT, DOCUMENT | {"number": "PD-2"}])
    issues: dict[str, Any] = field(default_factory=lambda: {"result": "OK", "document": DOCUMENT})

    async def desk(self, seen: Seen) -> web.StreamResponse:
        if not seen.target.endswith("/search"):
            return web.json_response(self.issues)
        numbers = json.loads(seen.body)["numbers"]
        found = [each for each in self.documents if each["number"] in numbers]
        return web.json_response({"result": "OK", "documents": found})


@dataclass(frozen=True)
class Talk:
    server: StandIn
    department: Department
    finance: Finance


@pytest.fixture
async def talk() -> AsyncIterator[Talk]:
    department = Department()
    async with standing_in(department.desk) as server:
        settings = FinanceSettings.model_validate(ACCOUNT | {"url": server.url})
        async with connect(settings, SetClock()) as finance:
            yield Talk(server, department, finance)


class TestPaymentDocumentsByNumber(CancellableLookupContract):
    @pytest.fixture
    async def subject(self, talk: Talk) -> Subject[str, PaymentDocument]:
        return Subject(
            lookup=talk.finance.payment_documents_by_number,
            known=["PD-1", "PD-2"],
            unknown=["PD-3"],
            asked=lambda: len(talk.server.seen),
            broken=lambda: talk.server.says("oops", status=500),
            silent=talk.server.is_silent,
        )


async def test_an_order_travels_under_our_reference_and_without_any_account(talk: Talk) -> None:
    document = await talk.finance.orders.issue(ORDER)
    (seen,) = talk.server.seen
    assert json.loads(seen.body) == {
        "reference": "r1",
        "payeeCode": OMID.digits,
        "amount": 123,
        "purpose": "MARRIAGE_ALLOWANCE",
    }
    assert document == PaymentDocument(
        number="PD-1",
        amount=rial(123),
        state=DocumentState.ISSUED,
        account_ending="0017",
        issued_on=Day(1405, 9, 1),
    )


async def test_without_an_account_on_file_there_is_no_document(talk: Talk) -> None:
    talk.department.issues = {"result": "NO_ACCOUNT"}
    assert await talk.finance.orders.issue(ORDER) is None


@pytest.mark.parametrize(
    "issued",
    [
        {"result": "OK"},
        {"result": "CONFLICT"},
        {"result": "OK", "document": DOCUMENT | {"reference": "another"}},
        {"result": "OK", "document": DOCUMENT | {"amount": 124}},
        {"result": "OK", "document": DOCUMENT | {"state": 99}},
        {"result": "OK", "document": DOCUMENT | {"accountEnding": "IR05013000000"}},
        {"result": "OK", "document": DOCUMENT | {"issuedOn": "0"}},
        {"result": "OK", "document": DOCUMENT | {"number": " "}},
    ],
)
async def test_a_document_that_was_not_ordered_is_not_believed(talk: Talk, issued: dict[str, Any]) -> None:
    talk.department.issues = issued
    with pytest.raises(SourceIncoherent):
        await talk.finance.orders.issue(ORDER)


async def test_busy_is_worth_another_try_and_the_order_went_once(talk: Talk) -> None:
    talk.department.issues = {"result": "BUSY"}
    with pytest.raises(SourceUnavailable) as raised:
        await talk.finance.orders.issue(ORDER)
    assert raised.value.retryable
    assert len(talk.server.seen) == 1


async def test_documents_say_how_they_stand_and_one_without_sense_costs_itself(talk: Talk) -> None:
    talk.department.documents = [
        DOCUMENT | {"state": 3, "settledOn": "14050903"},
        DOCUMENT | {"number": "PD-2", "amount": 10**15},
        DOCUMENT | {"number": "PD-9"},
    ]
    said = await talk.finance.payment_documents_by_number(["PD-1", "PD-2"])
    first = said["PD-1"]
    assert isinstance(first, Fact)
    assert (first.value.state, first.value.settled_on) == (DocumentState.RETURNED, Day(1405, 9, 3))
    assert isinstance(said["PD-2"], SourceIncoherent)
    assert set(said) == {"PD-1", "PD-2"}


async def test_nothing_that_travels_is_printed() -> None:
    from adapters.finance.translate import order_from

    assert OMID.digits not in repr(order_from(ORDER)) + repr(ORDER)
