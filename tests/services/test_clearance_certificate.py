"""Who may ask for a clearance certificate of Art. 38, and with what."""

from typing import Any

import pytest

from gateway.domain.calendar import Day
from gateway.domain.money import rial
from gateway.domain.services.clearance_certificate import ClearanceRequest, ContractParty
from gateway.domain.workshop import Workshop
from gateway.requests.reading import UNREAD
from gateway.requests.services.clearance_certificate import ClearanceFacts, reasons
from tests.resolvers.conftest import SARA, WORKSHOP
from tests.services.employers import TODAY, days_ago, rules_of

KNOWN = Workshop(code=WORKSHOP.code, branch=WORKSHOP.branch, name="نجاری", active=True)
SAID: dict[str, Any] = {
    "party": ContractParty.CONTRACTOR,
    "contract_number": "12/404",
    "contract_row": "001",
    "since": Day(1404, 1, 15),
    "until": Day(1405, 6, 31),
    "letter_number": "1405/77",
    "letter_date": TODAY,
    "amount": rial(5_000_000_000),
}


def broken(workshop: Any = KNOWN, **said: Any) -> list[str]:
    request = ClearanceRequest(applicant=SARA, workshop=WORKSHOP, **(SAID | said))
    return rules_of(reasons(ClearanceFacts(said=request, today=TODAY, workshop=workshop)))


@pytest.mark.parametrize("party", ContractParty)
def test_contractors_and_awarding_bodies_ask(party: ContractParty) -> None:
    assert broken(party=party) == []
    assert broken(None, party=party) == ["workshop.is-known"]


@pytest.mark.parametrize(
    ("row", "fits"), [("01", False), ("001", True), ("0001", False), ("a01", False), ("۰۰۱", False)]
)
def test_a_contract_row_has_three_digits(row: str, fits: bool) -> None:
    assert broken(contract_row=row) == ([] if fits else ["contract.row-has-three-digits"])


@pytest.mark.parametrize(("amount", "fits"), [(-1, False), (0, False), (1, True)])
def test_a_contract_is_worth_something(amount: int, fits: bool) -> None:
    assert broken(amount=rial(amount)) == ([] if fits else ["contract.is-worth-something"])


@pytest.mark.parametrize(("until", "fits"), [(Day(1404, 1, 14), False), (Day(1404, 1, 15), True), (TODAY, True)])
def test_work_ends_on_the_day_it_began_or_later(until: Day, fits: bool) -> None:
    assert broken(until=until) == ([] if fits else ["clearance.work-ends-after-it-began"])


@pytest.mark.parametrize(("days", "fits"), [(-1, False), (0, True), (1, True)])
def test_the_letter_is_of_today_or_earlier(days: int, fits: bool) -> None:
    assert broken(letter_date=days_ago(days)) == ([] if fits else ["clearance.letter-is-written"])


def test_what_was_not_read_and_not_said_breaks_no_rule() -> None:
    assert broken(UNREAD) == []
    assert broken(**dict.fromkeys(SAID)) == []


def test_one_request_for_a_contract_is_about_that_contract_alone() -> None:
    one = ClearanceRequest(applicant=SARA, workshop=WORKSHOP, **SAID)
    other = ClearanceRequest(applicant=SARA, workshop=WORKSHOP, **(SAID | {"contract_row": "002"}))
    assert one.about != other.about
