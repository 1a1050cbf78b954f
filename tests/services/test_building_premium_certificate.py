"""Whether a building's premium was paid."""

from typing import Any

import pytest

from gateway.domain.identifiers import BranchCode
from gateway.domain.money import rial
from gateway.domain.services.building_premium_certificate import BuildingPremiumRequest
from gateway.requests.reading import UNREAD
from gateway.requests.services.building_premium_certificate import BuildingFacts, reasons
from tests.resolvers.conftest import SARA
from tests.services.employers import debt, rules_of

SAID: dict[str, Any] = {"branch": BranchCode("0070"), "file_number": "1404/3/17", "debt_number": "1"}


def broken(debts: Any, paid_here: Any = 0, **said: Any) -> list[str]:
    request = BuildingPremiumRequest(applicant=SARA, **(SAID | said))
    return rules_of(reasons(BuildingFacts(said=request, debts=debts, paid_here={"1": rial(paid_here)})))


@pytest.mark.parametrize(("left", "rules"), [(0, []), (1, ["building.premium-is-paid"])])
def test_nothing_is_left_of_a_premium_that_was_paid(left: int, rules: list[str]) -> None:
    assert broken((debt("1", remaining=rial(left)),)) == rules


@pytest.mark.parametrize(("paid", "rules"), [(99, ["building.premium-is-paid"]), (100, []), (101, [])])
def test_what_was_paid_here_counts_before_the_branch_has_booked_it(paid: int, rules: list[str]) -> None:
    assert broken((debt("1", remaining=rial(100)),), paid) == rules


def test_a_debt_of_somebody_else_proves_nothing() -> None:
    assert broken((debt("2", remaining=rial(0)),)) == ["building.debt-is-the-applicants"]
    assert broken(()) == ["building.debt-is-the-applicants"]


@pytest.mark.parametrize(("length", "fits"), [(0, False), (1, True), (30, True), (31, False)])
def test_the_file_is_named(length: int, fits: bool) -> None:
    found = broken((debt("1", remaining=rial(0)),), file_number="7" * length)
    assert found == ([] if fits else ["building.file-is-named"])


def test_what_was_not_read_and_not_said_breaks_no_rule() -> None:
    assert broken(UNREAD) == []
    assert broken(UNREAD, **dict.fromkeys(SAID)) == []
    assert broken((debt("2"),), **dict.fromkeys(SAID)) == []
