"""Who may declare a contract's terms."""

from typing import Any

import pytest

from gateway.domain.calendar import Day
from gateway.domain.money import rial
from gateway.domain.services.contract_terms import ContractKind, ContractTerms
from gateway.domain.workshop import Workshop
from gateway.requests.reading import UNREAD
from gateway.requests.services.contract_terms import ContractFacts, reasons
from tests.resolvers.conftest import SARA, WORKSHOP
from tests.services.employers import AGREED, rules_of

KNOWN = Workshop(code=WORKSHOP.code, branch=WORKSHOP.branch, name="نجاری", active=True)
SAID: dict[str, Any] = {
    "contract_number": "12/404",
    "contract_row": "001",
    "contract": ContractKind.CIVIL_WORKS_CONSULTING,
    "since": Day(1404, 1, 15),
    "amount": rial(1_000_000_000),
    "text": "ماده ۶ قرارداد",
}


def facts(workshop: Any = KNOWN, agreement: Any = AGREED, **said: Any) -> ContractFacts:
    request = ContractTerms(applicant=SARA, workshop=WORKSHOP, **(SAID | said))
    return ContractFacts(said=request, workshop=workshop, agreement=agreement)


def test_it_needs_the_agreement_to_electronic_notice_and_a_workshop_that_is_known() -> None:
    assert rules_of(reasons(facts())) == []
    assert rules_of(reasons(facts(agreement=None))) == ["workshop.agreed-to-electronic-notice"]
    assert rules_of(reasons(facts(workshop=None))) == ["workshop.is-known"]


@pytest.mark.parametrize(("row", "fits"), [("01", False), ("001", True), ("0001", False)])
def test_a_contract_row_has_three_digits(row: str, fits: bool) -> None:
    assert rules_of(reasons(facts(contract_row=row))) == ([] if fits else ["contract.row-has-three-digits"])


@pytest.mark.parametrize(("amount", "fits"), [(0, False), (1, True)])
def test_a_contract_is_worth_something(amount: int, fits: bool) -> None:
    assert rules_of(reasons(facts(amount=rial(amount)))) == ([] if fits else ["contract.is-worth-something"])


@pytest.mark.parametrize(("length", "fits"), [(0, False), (1, True), (2_000, True), (2_001, False)])
def test_the_terms_are_said(length: int, fits: bool) -> None:
    assert rules_of(reasons(facts(text="م" * length))) == ([] if fits else ["contract.terms-are-said"])


def test_what_was_not_read_and_not_said_breaks_no_rule() -> None:
    assert rules_of(reasons(facts(UNREAD, UNREAD))) == []
    assert rules_of(reasons(facts(**dict.fromkeys(SAID)))) == []
