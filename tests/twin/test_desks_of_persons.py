"""How the offices of the twin decide what insured persons ask for: each desk grants, and each refuses."""

import importlib
from typing import Any

import pytest

from twin.cast import DAUGHTER, HUSBAND, MOTHER, SON
from twin.named import NAMED
from twin.offices.desk import Decision, Desk
from twin.offices.records import date_of, days_from, number_of, relation_to
from twin.world import Kind, World

SARA, REZA, MINA, KAVEH, PARISA = (NAMED[name].code for name in ("sara", "reza", "mina", "kaveh", "parisa"))


def decided(world: World, office: str, desk: str, applicant: str, **form: Any) -> Decision:
    found: Desk = importlib.import_module(f"twin.offices.{office}.{desk}").DESK
    decision = found.decide(world, applicant, form)
    assert decision.note
    assert decision.approved or not decision.results
    return decision


def counter(world: World, desk: str, applicant: str, **form: Any) -> Decision:
    return decided(world, "branch_counter", desk, applicant, **form)


def benefits(world: World, desk: str, applicant: str, **form: Any) -> Decision:
    return decided(world, "short_term_benefits", desk, applicant, **form)


def test_a_funeral_is_granted_to_the_next_of_kin_of_the_dead(world: World) -> None:
    granted = benefits(world, "funeral_grant", SARA, deceasedCode=REZA)
    assert granted.approved
    assert int(granted.results["amount"]) > 0
    assert not benefits(world, "funeral_grant", SARA, deceasedCode=HUSBAND).approved  # he lives
    assert not benefits(world, "funeral_grant", KAVEH, deceasedCode=REZA).approved  # no kin of his


def test_sickness_is_granted_by_days_to_those_who_work(world: World) -> None:
    granted = benefits(world, "sickness_benefit", SARA, fromDate=14050701, toDate=14050714)
    assert granted.results["days"] == "14"
    assert not benefits(world, "sickness_benefit", SARA, fromDate=14050701, toDate=14051001).approved
    assert not benefits(world, "sickness_benefit", KAVEH, fromDate=14050701, toDate=14050714).approved


def test_an_objection_is_granted_to_whom_the_marriage_found_at_work(world: World) -> None:
    assert benefits(world, "marriage_allowance_objection", SARA, text="-").approved
    assert not benefits(world, "marriage_allowance_objection", MINA, text="-").approved  # she is not married


def test_military_service_is_credited_to_men_by_its_days(world: World) -> None:
    assert counter(world, "military_service_credit", KAVEH, fromDate=14000101, toDate=14000131).results == {
        "days": "31"
    }
    assert not counter(world, "military_service_credit", SARA, fromDate=14000101, toDate=14000131).approved
    assert not counter(world, "military_service_credit", KAVEH, fromDate=14000131, toDate=14000101).approved


@pytest.mark.parametrize("desk", ["voluntary_contract", "self_employed_contract"])
def test_contracts_are_for_those_without_an_active_file(world: World, desk: str) -> None:
    assert not counter(world, desk, PARISA, wage=1).approved
    assert counter(world, desk, DAUGHTER, wage=1).results["contractNumber"]


def test_part_months_are_completed_where_somebody_worked(world: World) -> None:
    spell = next(spell for spell in world.spells if spell.kind is Kind.COMPULSORY)
    half = {"year": spell.since // 12, "half": 1 if spell.since % 12 < 6 else 2}
    assert counter(world, "part_month_contract", spell.person, **half).approved
    assert not counter(world, "part_month_contract", spell.person, year=1300, half=1).approved


def test_dependants_are_registered_as_what_the_family_knows_them(world: World) -> None:
    assert counter(world, "dependant_registration", SARA, dependantCode=SON, relation="03").approved
    assert not counter(world, "dependant_registration", SARA, dependantCode=SON, relation="04").approved
    assert not counter(world, "dependant_registration", KAVEH, dependantCode=SON, relation="03").approved


def test_who_draws_a_pension_is_nobodys_dependant(world: World) -> None:
    assert not counter(world, "dependency", SARA, candidateCode=MOTHER, relation="06").approved
    assert counter(world, "dependency", SARA, candidateCode=HUSBAND, relation="02").approved
    assert not counter(world, "dependency", SARA, candidateCode=HUSBAND, relation="05").approved


def test_unemployment_is_granted_by_the_newest_case(world: World) -> None:
    assert counter(world, "unemployment_benefit", SARA, labourCase="NEWEST").results["orderNumber"]
    assert not counter(world, "unemployment_benefit", MINA, labourCase="NEWEST").approved
    assert not counter(world, "unemployment_benefit", KAVEH, labourCase="NEWEST").approved


def test_a_survivor_is_kin_and_draws_nothing_yet(world: World) -> None:
    assert not counter(world, "survivor_pension", MOTHER, deceasedCode=REZA, relation="01").approved  # she draws one
    assert not counter(world, "survivor_pension", SARA, deceasedCode=REZA, relation="04").approved  # she is married
    assert not counter(world, "survivor_pension", KAVEH, deceasedCode=REZA, relation="03").approved
    assert not counter(world, "survivor_pension", SARA, deceasedCode=HUSBAND, relation="01").approved
    without = next(
        (widow.code, person.code)
        for person in world.people.values()
        if person.death and not person.female and any(file.person == person.code for file in world.memberships)
        if (widow := world.people.get(person.spouse or "")) and not any(p.person == widow.code for p in world.pensions)
    )
    assert counter(world, "survivor_pension", without[0], deceasedCode=without[1], relation="01").approved


def test_a_widows_pension_is_no_daughters(world: World) -> None:
    assert not counter(world, "daughter_undertaking", MOTHER, address="-").approved
    assert not counter(world, "daughter_undertaking", SARA, address="-").approved


def test_a_photo_is_of_whom_the_registry_shows(world: World) -> None:
    assert counter(world, "registry_photo", SARA, subjectCode=DAUGHTER).approved
    assert not counter(world, "registry_photo", SARA, subjectCode=NAMED["leila"].code).approved


def test_the_family_says_what_one_is_to_another(world: World) -> None:
    kin = {REZA: "05", MOTHER: "06", HUSBAND: "02", DAUGHTER: "04", SON: "03", KAVEH: None}
    assert {other: relation_to(world, SARA, other) for other in kin} == kin


def test_days_and_numbers() -> None:
    assert days_from((1400, 1, 31), (1400, 2, 1)) == 2
    assert date_of(14000131) == (1400, 1, 31)
    assert date_of("14000131") is None
    assert number_of("A", 1, 2) == number_of("A", 1, 2) != number_of("A", 1, 3)
