"""What insured persons ask for, from eligibility to its outcome: with a refusal, a system down, and a repeated key."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateway.domain.service import Audience
from gateway.domain.services import SERVICES
from tests.journeys.processes import GatewayInTest, TwinInTest, code
from tests.journeys.services.persons import (
    Citizen,
    bereaved,
    formerly_insured,
    supports_a_mother,
    with_a_part_month,
)
from twin.cast import DAUGHTER, HUSBAND, MOTHER
from twin.world import World

SAID = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Journey:
    """`whom`: who asks. `said`: the input, without its documents (which are names of fields). `refusal`: whom the rules
    refuse, what they said beside, and by which rules. `down`: the system that is down while it is asked. `figures` are
    names that eligibility has to know; `results` those that the office decides. `eligible` is what eligibility says
    before anything is asked; None where that hangs on the day on which this runs."""

    service: str
    whom: Callable[[World], str]
    said: Callable[[World], SAID] = lambda _: {}
    documents: tuple[str, ...] = ()
    refusal: tuple[str, SAID, list[str]]
    down: str
    figures: tuple[str, ...] = ()
    results: tuple[str, ...] = ()
    outcome: str = "APPROVED"
    eligible: bool | None = True

    def __repr__(self) -> str:
        return self.service


def day(date: tuple[int, int, int]) -> str:
    return f"{date[0]:04}-{date[1]:02}-{date[2]:02}"


SARA, KAVEH = (lambda _: "sara"), (lambda _: "kaveh")
JOURNEYS = [
    Journey(
        service="FUNERAL_GRANT",
        whom=SARA,
        said=lambda _: {"deceased": code("reza")},
        documents=("deathCertificate",),
        refusal=("sara", {"deceased": HUSBAND}, ["funeral.has-died"]),
        down="branch_databases.0070",
        results=("amount", "paymentDocument"),
    ),
    Journey(
        service="MILITARY_SERVICE_CREDIT",
        whom=KAVEH,
        said=lambda _: {"since": "1369-01-01", "until": "1370-12-29"},
        documents=("card",),
        refusal=("amir", {}, ["military.is-insured-now"]),
        down="branch_databases.0070",
        figures=("historyDays", "historyDaysNeeded"),
        results=("days",),
    ),
    Journey(
        service="VOLUNTARY_CONTRACT",
        whom=formerly_insured,
        said=lambda _: {"monthlyWage": "150000000"},
        refusal=("amir", {}, ["voluntary.age-and-history"]),
        down="civil_registry",
        figures=("ageYears", "ageDays", "historyDays", "historyDaysNeeded"),
        results=("contractNumber",),
    ),
    Journey(
        service="SELF_EMPLOYED_CONTRACT",
        whom=formerly_insured,
        said=lambda _: {
            "group": "OCCUPATION",
            "occupation": "نجار",
            "level": "RETIREMENT_AND_DEATH",
            "monthlyWage": "150000000",
        },
        refusal=(DAUGHTER, {"group": "STUDENT"}, ["self-employed.age-from"]),
        down="civil_registry",
        figures=("ageYears", "ageDays", "historyDays", "historyDaysNeeded"),
        results=("contractNumber",),
    ),
    Journey(
        service="PART_MONTH_CONTRACT",
        whom=lambda world: with_a_part_month(world)[0],
        said=lambda world: dict(zip(("year", "half", "agrees"), (*with_a_part_month(world)[1:], True), strict=True)),
        refusal=("parisa", {"year": 1404, "half": 2}, ["part-month.days-are-missing"]),
        down="branch_databases",
        figures=("since", "missingDays", "premium"),
        results=("contractNumber",),
        eligible=None,  # of the last half-year that is over
    ),
    Journey(
        service="DEPENDANT_REGISTRATION",
        whom=SARA,
        said=lambda world: {"dependant": MOTHER, "birth": day(world.people[MOTHER].birth), "relation": "MOTHER"},
        documents=("documents",),
        refusal=(
            "sara",
            {"dependant": DAUGHTER, "birth": "1391-08-22", "relation": "DAUGHTER"},
            ["dependant.is-new", "dependant.registry-knows-them"],
        ),
        down="civil_registry",
        results=("since",),
    ),
    Journey(
        service="DEPENDENCY",
        whom=lambda world: supports_a_mother(world)[0],
        said=lambda world: {
            "candidate": supports_a_mother(world)[1].code,
            "birth": day(supports_a_mother(world)[1].birth),
            "relation": "MOTHER",
            "supports": True,
        },
        documents=("documents",),
        refusal=(
            "sara",
            {"candidate": MOTHER, "birth": "1332-09-02"},
            ["dependency.no-cover-of-their-own"],
        ),
        down="insurance_funds",
        results=("since",),
    ),
    Journey(
        service="SICKNESS_BENEFIT",
        whom=SARA,
        said=lambda _: {"since": "1405-07-01", "until": "1405-07-14"},
        documents=("test",),
        refusal=("kaveh", {}, ["sickness.works-in-a-covered-workshop"]),
        down="branch_databases.0070",
        results=("days", "paymentDocument"),
    ),
    Journey(
        service="UNEMPLOYMENT_BENEFIT",
        whom=SARA,
        refusal=("mina", {}, ["unemployment.labour-office-has-referred"]),
        down="labour_ministry",
        figures=("contributionMonths", "monthsEntitled", "monthsDrawn", "monthsLeft", "dailyBenefit", "monthlyBenefit"),
        results=("orderNumber",),
    ),
    Journey(
        service="SURVIVOR_PENSION",
        whom=lambda world: bereaved(world)[0].code,
        said=lambda world: {"deceased": bereaved(world)[1].code, "relation": "WIFE"},
        documents=("deathCertificate",),
        refusal=("sara", {"deceased": code("reza"), "relation": "SON"}, ["survivor.relation-is-possible"]),
        down="civil_registry",
        results=("orderNumber",),
    ),
    Journey(
        service="DAUGHTER_UNDERTAKING",
        whom=lambda _: MOTHER,
        said=lambda _: {"undertakes": True, "address": "تهران، خیابان جمهوری، پلاک ۱۲"},
        refusal=("sara", {}, ["daughter.draws-a-pension"]),
        down="branch_databases.0070",
        outcome="REJECTED",  # hers is a widow's pension: the branch knows
    ),
    Journey(
        service="REGISTRY_PHOTO",
        whom=SARA,
        said=lambda _: {"subject": DAUGHTER},
        refusal=("sara", {"subject": code("kaveh")}, ["photo.subject-is-covered"]),
        down="civil_registry",
    ),
    Journey(
        service="MARRIAGE_ALLOWANCE_OBJECTION",
        whom=SARA,
        said=lambda _: {"text": "کمک‌هزینه ازدواج من واریز نشده است."},
        documents=("marriageDeed", "shenasnamePage"),
        refusal=("sara", {"text": " "}, ["marriage-objection.says-why"]),
        down="registry_events",
        figures=("contributionDays", "amount"),
        results=("paymentDocument",),
    ),
]


def test_every_service_of_persons_has_its_journey() -> None:
    """Here, or in a file of its own name; the commission's is tests/journeys/test_requests.py."""
    own = {path.stem.removeprefix("test_").upper() for path in Path(__file__).parent.glob("test_*.py")}
    told = {journey.service for journey in JOURNEYS} | own | {"MEDICAL_COMMISSION"}
    assert {name for name, service in SERVICES.items() if service.audience is Audience.PERSON} <= told


@pytest.mark.parametrize("journey", JOURNEYS, ids=repr)
def test_a_service_goes_from_eligibility_to_its_outcome(
    gateway: GatewayInTest, twin: TwinInTest, world: World, journey: Journey
) -> None:
    mutation = SERVICES[journey.service].mutation
    person = Citizen(gateway, twin, journey.whom(world))
    eligibility = person.eligibility(journey.service)
    if journey.eligible is not None:
        assert eligibility["eligible"] is journey.eligible, eligibility
    assert set(journey.figures) <= {one["name"] for one in eligibility["figures"]}
    assert eligibility["title"]["fa"] == SERVICES[journey.service].words.fa

    def input_of(citizen: Citizen, said: SAID) -> SAID:
        papers = {name: citizen.document() for name in journey.documents}
        return {name: [id_] if name == "documents" else id_ for name, id_ in papers.items()} | said

    whom, otherwise, rules = journey.refusal
    refused = Citizen(gateway, twin, whom)
    assert refused.refused(mutation, input_of(refused, journey.said(world) | otherwise)) == rules

    said, key = input_of(person, journey.said(world)), f"journey-{journey.service}"
    with twin.fault(journey.down, "refused"):
        request = person.ask(mutation, said, key)
        assert (request["__typename"], request["state"], request["assessment"]) == (
            "ServiceRequest",
            "ACCEPTED",
            "PENDING",
        ), request
    again = person.ask(mutation, said, key)
    assert again["id"] == request["id"]
    assert {one["name"] for one in again["details"]} == set(journey.said(world))

    done = person.decided(request)
    assert (done["state"], done["assessment"]) == (journey.outcome, "PASSED"), done
    assert {one["name"] for one in done["results"]} == set(journey.results)
    assert done["outcome"]
    assert done["officeNumber"]
