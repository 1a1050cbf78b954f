"""What an assessment asks: no more than its service says, of strangers nothing, and silence is no fact."""

from collections import Counter
from dataclasses import fields
from typing import Any

import msgspec
import pytest

from gateway.domain.calendar import Day
from gateway.domain.citizen import Citizen, Gender, LifeStatus
from gateway.domain.decrees import Decrees
from gateway.domain.dependent import Relation
from gateway.domain.entitlement import EntitlementRules
from gateway.domain.failure import Source, SourceUnavailable
from gateway.domain.identifiers import BranchCode, NationalId
from gateway.domain.insurance import Insurance, InsuranceKind, InsuranceStatus
from gateway.domain.lookup import BranchGap
from gateway.domain.money import rial
from gateway.domain.registry_event import EventKind, EventParty, PartyRole, RegistryEvent
from gateway.domain.service import Audience
from gateway.domain.services import SERVICES, RequestKind
from gateway.domain.services.dependency import SupportedRelation
from gateway.loading.loaders import Loaders
from gateway.loading.sources import Sources
from gateway.requests.assessing import Assessed
from gateway.requests.kinds import Inquiry
from gateway.requests.services import RULES
from tests.resolvers.conftest import MINA, REZA, SARA, StandingClock, World
from twin.named import NAMED

BIRTH = Day.parse("1330-01-01")
STRANGER = NationalId(NAMED["kaveh"].code)
# Of each service, what can be said that asks the most
SAID: dict[str, dict[str, Any]] = {
    "FUNERAL_GRANT": {"deceased": MINA},
    "DEPENDANT_REGISTRATION": {"dependant": MINA, "birth": BIRTH, "relation": Relation.MOTHER},
    "DEPENDENCY": {"candidate": MINA, "birth": BIRTH, "relation": SupportedRelation.MOTHER},
    "SURVIVOR_PENSION": {"deceased": MINA, "relation": Relation.MOTHER},
    "REGISTRY_PHOTO": {"subject": MINA},
    "PART_MONTH_CONTRACT": {"year": 1404, "half": 2, "agrees": True},
}
OF_PERSONS = [name for name, service in SERVICES.items() if service.audience is Audience.PERSON]
DECREES = Decrees(
    entitlement=EntitlementRules(minimum_daily_wage={year: rial(3_000_000) for year in range(1400, 1406)}),
    rates={InsuranceKind.VOLUNTARY: 2_700},
    part_month_rate=3_000,
    military_day=rial(500_000),
)


async def assessed(world: World, service: str, **said: Any) -> Assessed:
    loaders = Loaders(world.sources, clock=StandingClock())
    try:
        rules = RULES[RequestKind(service)]
        inquiry = Inquiry(loaders, world.policy, StandingClock(), DECREES)
        return await inquiry.assess(rules, rules.service.details(applicant=SARA, **said), None)
    finally:
        await loaders.close()


def known(world: World) -> None:
    """Mina is known to the registry with her birth, as Sara's mother, and to the branches as one of hers."""
    parties = (EventParty(person=SARA, role=PartyRole.SELF), EventParty(person=MINA, role=PartyRole.MOTHER))
    born = RegistryEvent(sequence=1, kind=EventKind.BIRTH, registered_on=Day(1358, 4, 17), parties=parties)
    world.facts["events_by_person"] = {SARA: (born,)}
    world.facts["citizens_by_national_id"][MINA] = Citizen(
        national_id=MINA,
        first_name="م",
        last_name="الف",
        gender=Gender.FEMALE,
        birth=BIRTH,
        life_status=LifeStatus.ALIVE,
    )


@pytest.mark.parametrize("service", OF_PERSONS)
@pytest.mark.parametrize("said", [True, False])
async def test_an_assessment_asks_no_more_than_its_service_says(world: World, service: str, said: bool) -> None:
    known(world)
    await assessed(world, service, **(SAID.get(service, {}) if said else {}))
    asked = Counter(world.system_of(question) for question in world.questions)
    assert asked <= Counter(SERVICES[service].asks)


@pytest.mark.parametrize("service", OF_PERSONS)
async def test_systems_that_are_down_refuse_nobody_and_are_named(world: World, service: str) -> None:
    for question in (field.name for field in fields(Sources)):
        world.failing[question] = SourceUnavailable(world.system_of(question))
    found = await assessed(world, service)
    assert found.reasons == ()
    assert {failure.source for failure in found.unread} <= set(SERVICES[service].asks)
    assert bool(found.unread) == bool(world.questions)


@pytest.mark.parametrize("service", ["FUNERAL_GRANT", "SURVIVOR_PENSION"])
async def test_whether_a_stranger_lives_the_registry_is_not_asked(world: World, service: str) -> None:
    found = await assessed(world, service, deceased=STRANGER)
    assert found.reasons == ()
    asked = [keys for name, keys in world.asked if name == "citizens_by_national_id"]
    assert all(STRANGER not in keys for keys in asked)


async def test_of_a_wrong_birth_date_only_that_is_told_and_nothing_more_is_asked(world: World) -> None:
    known(world)
    other = Day.parse("1330-01-02")
    said = {"candidate": MINA, "birth": other, "relation": SupportedRelation.FATHER, "supports": True}
    found = await assessed(world, "DEPENDENCY", **said)
    assert [reason.rule for reason in found.reasons] == ["dependency.registry-knows-them"]
    insured = [keys for name, keys in world.asked if name == "insurances_by_person"]
    assert insured == [[SARA]]


async def test_whether_somebody_is_insured_whose_kinship_is_not_known_nobody_is_asked(world: World) -> None:
    known(world)
    world.facts["events_by_person"] = {}
    said = {"candidate": MINA, "birth": BIRTH, "relation": SupportedRelation.MOTHER, "supports": True}
    found = await assessed(world, "DEPENDENCY", **said)
    assert found.reasons == ()
    assert [keys for name, keys in world.asked if name == "insurances_by_person"] == [[SARA]]
    assert "fund_memberships_by_person" not in world.questions


async def test_the_death_of_a_parent_is_asked_for_though_no_branch_covered_the_two(world: World) -> None:
    known(world)
    world.facts["dependents_by_supporter"] = {}
    died = msgspec.structs.replace(
        world.facts["citizens_by_national_id"][MINA], life_status=LifeStatus.DECEASED, death=Day(1403, 2, 1)
    )
    world.facts["citizens_by_national_id"][MINA] = died
    found = await assessed(world, "FUNERAL_GRANT", deceased=MINA)
    assert found.reasons == ()
    assert [(figure.name, figure.value) for figure in found.figures] == [("amount", "90000000")]


async def test_a_candidate_who_is_insured_themselves_is_found_out(world: World) -> None:
    known(world)
    said = {"candidate": MINA, "birth": BIRTH, "relation": SupportedRelation.MOTHER, "supports": True}
    found = await assessed(world, "DEPENDENCY", **said)
    assert [reason.rule for reason in found.reasons] == ["dependency.no-cover-of-their-own"]
    world.facts["insurances_by_person"][MINA] = Insurance(status=InsuranceStatus.NO_LINK)
    assert (await assessed(world, "DEPENDENCY", **said)).reasons == ()


async def test_a_photo_of_whom_the_insured_does_not_cover_is_not_asked_for(world: World) -> None:
    found = await assessed(world, "REGISTRY_PHOTO", subject=REZA)  # whose cover has ended
    assert [reason.rule for reason in found.reasons] == ["photo.subject-is-covered"]
    assert "photos_by_national_id" not in world.questions
    own = await assessed(world, "REGISTRY_PHOTO")
    assert own.reasons == ()
    assert "photos_by_national_id" in world.questions


async def test_part_months_lack_no_branch(world: World) -> None:
    world.gaps = (BranchGap(branch=BranchCode("0960"), code="SOURCE_UNAVAILABLE", retryable=True),)
    found = await assessed(world, "PART_MONTH_CONTRACT", **SAID["PART_MONTH_CONTRACT"])
    assert found.reasons == ()
    assert [failure.source for failure in found.unread] == [Source.BRANCH_DATABASES]
    assert found.figures == ()


async def test_decrees_reach_the_figures(world: World) -> None:
    benefit = await assessed(world, "UNEMPLOYMENT_BENEFIT")
    assert {"dailyBenefit", "monthlyBenefit"} <= {figure.name for figure in benefit.figures}
    credit = await assessed(world, "MILITARY_SERVICE_CREDIT", since=Day(1400, 1, 1), until=Day(1400, 1, 2))
    assert {figure.name: figure.value for figure in credit.figures}["premium"] == "1000000"
    quote = await assessed(world, "VOLUNTARY_CONTRACT", monthly_wage=rial(100))
    assert {figure.name: figure.value for figure in quote.figures}["monthlyPremium"] == "27"


async def test_a_half_year_that_has_not_begun_asks_nobody(world: World) -> None:
    found = await assessed(world, "PART_MONTH_CONTRACT", year=1410, half=1, agrees=True)
    assert [reason.rule for reason in found.reasons] == ["part-month.half-has-begun"]
    assert world.questions == []
