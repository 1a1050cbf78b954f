"""The rules, one by one."""

import datetime
from typing import Any

import pytest

from gateway.domain.calendar import Day
from gateway.domain.caller import Caller, CallerKind
from gateway.domain.dependent import Coverage, CoverageStatus, Dependent, Relation
from gateway.domain.identifiers import BranchCode, NationalId, WorkshopCode, WorkshopKey
from gateway.rights.policy import ContractPolicy, is_covered
from gateway.rights.rights import Rights
from gateway.rights.scopes import REQUIRED, STRUCTURAL, WAYS_IN
from tests.rights.conftest import contract_of

SARA = NationalId("0013542419")
MINA = NationalId("1278450939")
LEILA = NationalId("2287409165")
WORKSHOP = WorkshopKey(WorkshopCode("0070012345"), BranchCode("0070"))
CITIZEN = Caller(kind=CallerKind.CITIZEN, subject=SARA)
EMPLOYER = Caller(kind=CallerKind.EMPLOYER, subject=SARA, workshops=frozenset({WORKSHOP}))
COURT = Caller(kind=CallerKind.AGENCY, client="court-system")
DEVELOPER = Caller(kind=CallerKind.DEVELOPER, client="developer")
OPERATOR = Caller(kind=CallerKind.OPERATOR, client="operator")


def released(policy: ContractPolicy, caller: Caller) -> set[str]:
    rights = policy.rights_of(caller)
    return {coordinate for coordinate in REQUIRED if policy.releases(rights, coordinate)}


def test_an_agency_is_released_what_its_contract_names_and_what_holds_no_fact(policy: Any, papers: Any) -> None:
    fields = {"Query.person", "Person.identity", "Identity.firstName", "UnemploymentCase.entitlement"}
    papers.contracts["court-system"] = contract_of(*fields)
    assert released(policy, COURT) == fields | STRUCTURAL


def test_without_a_contract_an_agency_is_released_nothing_at_all(policy: Any) -> None:
    assert released(policy, COURT) == set()
    assert released(policy, Caller(kind=CallerKind.AGENCY)) == set()


@pytest.mark.parametrize(
    ("days", "in_force"), [(-1, False), (0, True), (30, True), (31, False)]
)  # it starts today and ends in 30 days, both included
def test_a_contract_holds_from_its_first_day_to_its_last_in_tehran(
    policy: Any, papers: Any, clock: Any, days: int, in_force: bool
) -> None:
    papers.contracts["court-system"] = contract_of("Identity.firstName")
    papers.held = {("court", SARA)}
    clock.day += datetime.timedelta(days=days)
    rights = policy.rights_of(COURT)
    assert policy.releases(rights, "Identity.firstName") is in_force
    assert policy.releases(rights, "Query.me") is in_force
    assert policy.covers(rights, SARA) is in_force


def test_a_request_keeps_the_contract_it_began_with(policy: Any, papers: Any) -> None:
    papers.contracts["court-system"] = contract_of("Identity.firstName")
    began = policy.rights_of(COURT)
    papers.contracts["court-system"] = contract_of("Identity.lastName", version="2")
    assert policy.releases(began, "Identity.firstName")
    assert not policy.releases(began, "Identity.lastName")
    assert policy.rights_of(COURT).fingerprint != began.fingerprint


def test_what_is_not_in_the_table_is_closed_even_where_a_contract_names_it(policy: Any, papers: Any) -> None:
    papers.contracts["court-system"] = contract_of("Identity.horoscope")
    for caller in (COURT, CITIZEN, EMPLOYER, DEVELOPER, OPERATOR):
        assert not policy.releases(policy.rights_of(caller), "Identity.horoscope")


def test_a_token_that_names_scopes_stands_for_no_others(policy: Any, papers: Any) -> None:
    narrow = Caller(kind=CallerKind.CITIZEN, subject=SARA, scopes=frozenset({"openid", "pension:read"}))
    assert released(policy, narrow) == {
        c for c, needed in REQUIRED.items() if needed in ((("graph",),), (("pension:read",),))
    }
    foreign = Caller(kind=CallerKind.CITIZEN, subject=SARA, scopes=frozenset({"openid"}))
    assert released(policy, foreign) == released(policy, CITIZEN)
    greedy = Caller(kind=CallerKind.CITIZEN, subject=SARA, scopes=frozenset({"workshop:read"}))
    assert released(policy, greedy) == STRUCTURAL | WAYS_IN

    papers.contracts["court-system"] = contract_of("Identity.firstName", "Pension.kind")
    court = Caller(kind=CallerKind.AGENCY, client="court-system", scopes=frozenset({"pension:read"}))
    assert released(policy, court) == STRUCTURAL | {"Pension.kind"}


def test_two_scopes_in_one_list_are_both_needed_and_of_two_lists_one_suffices(policy: Any) -> None:
    def with_scopes(*scopes: str) -> set[str]:
        caller = Caller(kind=CallerKind.EMPLOYER, subject=SARA, scopes=frozenset(scopes))
        return released(policy, caller)

    entitlement = "UnemploymentCase.entitlement"
    assert entitlement not in with_scopes("unemployment:read")
    assert entitlement not in with_scopes("contributions:read")
    assert entitlement in with_scopes("unemployment:read", "contributions:read")
    assert "Debt.remaining" in with_scopes("debts:read")
    assert "Debt.remaining" in with_scopes("workshop:read")
    assert "Debt.remaining" not in with_scopes("pension:read")


def test_citizens_see_themselves_and_those_they_represent_unless_protected(policy: Any, papers: Any) -> None:
    papers.representatives = {(SARA, MINA), (SARA, LEILA)}
    papers.protected_persons = {SARA, LEILA}
    for caller in (CITIZEN, EMPLOYER):
        rights = policy.rights_of(caller)
        assert [policy.covers(rights, person) for person in (SARA, MINA, LEILA)] == [True, True, False]
    nobody = policy.rights_of(Caller(kind=CallerKind.EMPLOYER, workshops=frozenset({WORKSHOP})))
    assert not policy.covers(nobody, SARA)


def test_an_agency_covers_whom_its_register_holds_unless_protected(policy: Any, papers: Any) -> None:
    papers.contracts["court-system"] = contract_of("Identity.firstName")
    papers.held = {("court", SARA), ("court", LEILA), ("fund", MINA)}
    papers.protected_persons = {LEILA}
    rights = policy.rights_of(COURT)
    assert [policy.covers(rights, person) for person in (SARA, MINA, LEILA)] == [True, False, False]


def test_whatever_the_reason_an_agencys_refusal_takes_the_same_look_ups(policy: Any, papers: Any) -> None:
    papers.contracts["court-system"] = contract_of("Identity.firstName")
    papers.held = {("court", SARA), ("court", LEILA)}
    papers.protected_persons = {LEILA}
    rights = policy.rights_of(COURT)
    for person in (SARA, MINA, LEILA):
        papers.looked_up.clear()
        policy.covers(rights, person)
        assert papers.looked_up == ["holds", "protected"]


def test_workshops_are_seen_by_their_employers_alone(policy: Any, papers: Any) -> None:
    papers.contracts["court-system"] = contract_of("Workshop.name")
    other = WorkshopKey(WORKSHOP.code, BranchCode("0960"))
    assert policy.covers_workshop(policy.rights_of(EMPLOYER), WORKSHOP)
    assert not policy.covers_workshop(policy.rights_of(EMPLOYER), other)
    for caller in (CITIZEN, COURT, DEVELOPER, OPERATOR):
        assert not policy.covers_workshop(policy.rights_of(caller), WORKSHOP)


def test_operators_see_no_person_and_developers_only_those_of_a_sandbox(papers: Any, clock: Any) -> None:
    sandbox = ContractPolicy(papers, papers, clock, sandbox_developers=True)
    serving = ContractPolicy(papers, papers, clock)
    assert sandbox.covers(sandbox.rights_of(DEVELOPER), SARA)
    assert sandbox.covers_workshop(sandbox.rights_of(DEVELOPER), WORKSHOP)
    for policy, caller in ((sandbox, OPERATOR), (serving, OPERATOR), (serving, DEVELOPER)):
        assert not policy.covers(policy.rights_of(caller), SARA)
        assert not policy.releases(policy.rights_of(caller), "Identity.firstName")


def test_only_who_may_have_dependants_and_may_see_them_costs_a_question(policy: Any, papers: Any) -> None:
    papers.contracts["court-system"] = contract_of("Person.dependents")
    assert policy.supports_others(policy.rights_of(CITIZEN))
    assert policy.supports_others(policy.rights_of(EMPLOYER))
    narrow = Caller(kind=CallerKind.CITIZEN, subject=SARA, scopes=frozenset({"pension:read"}))
    for caller in (COURT, DEVELOPER, OPERATOR, narrow, Caller(kind=CallerKind.EMPLOYER)):
        assert not policy.supports_others(policy.rights_of(caller))


def test_a_protected_person_is_nobodys_dependant(policy: Any, papers: Any) -> None:
    papers.protected_persons = {LEILA}
    rights = policy.rights_of(CITIZEN)
    assert policy.lists(rights, MINA)
    assert not policy.lists(rights, LEILA)
    assert not policy.covers_dependent(rights, dependent(national_id=LEILA))
    assert policy.covers_dependent(rights, dependent(national_id=MINA))


def test_a_token_that_was_taken_back_is_known(policy: Any, papers: Any) -> None:
    papers.revoked_tokens = {"7"}
    assert policy.revoked(Caller(kind=CallerKind.CITIZEN, subject=SARA, token_id="7"))
    assert not policy.revoked(Caller(kind=CallerKind.CITIZEN, subject=SARA, token_id="8"))
    assert not policy.revoked(CITIZEN)


def dependent(
    *,
    national_id: NationalId = MINA,
    relation: Relation = Relation.DAUGHTER,
    birth: Day | None = None,
    status: CoverageStatus = CoverageStatus.COVERED,
    until: Day | None = None,
) -> Dependent:
    coverage = Coverage(status=status, until=until)
    return Dependent(
        national_id=national_id, relation=relation, birth=birth, coverage=coverage, branch=BranchCode("0070")
    )


TODAY_JALALI = Day(1405, 9, 1)


@pytest.mark.parametrize(
    ("one", "age", "covered"),
    [
        (dependent(), None, True),
        (dependent(status=CoverageStatus.ENDED), None, False),
        (dependent(until=Day(1405, 9, 1)), None, True),
        (dependent(until=Day(1405, 8, 30)), None, False),
        (dependent(until=Day(1405, 9)), None, True),
        (dependent(until=Day(1405)), None, True),
        (dependent(birth=Day(1387, 9, 2)), 18, True),
        (dependent(birth=Day(1387, 9, 1)), 18, False),
        (dependent(birth=Day(1388)), 18, True),
        (dependent(birth=Day(1387)), 18, False),
        (dependent(birth=None), 18, False),
        (dependent(birth=Day(1340), relation=Relation.MOTHER), 18, True),
        (dependent(birth=None, relation=Relation.HUSBAND), 18, True),
        (dependent(birth=Day(1340), relation=Relation.SON), 18, False),
    ],
)
def test_the_support_ends_with_the_cover_or_with_the_age_of_a_child(
    one: Dependent, age: int | None, covered: bool
) -> None:
    assert is_covered(one, TODAY_JALALI, age) is covered


def test_rights_without_scopes_release_nothing() -> None:
    assert Rights(CITIZEN).scopes == frozenset()
