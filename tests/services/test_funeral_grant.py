"""Who is given a funeral grant: for a spouse, for an insured person; and how much."""

from gateway.domain.calendar import Day
from gateway.domain.citizen import Citizen, Gender, LifeStatus
from gateway.domain.dependent import Coverage, CoverageStatus, Dependent, Relation
from gateway.domain.entitlement import EntitlementRules
from gateway.domain.insurance import Insurance, InsuranceStatus
from gateway.domain.money import rial
from gateway.requests.reading import UNREAD
from gateway.requests.rules.deceased import Deceased
from gateway.requests.services.funeral_grant import FuneralFacts, amount_of, figures, reasons
from tests.resolvers.conftest import BRANCH, MINA, REZA, SARA
from tests.services.broken import rules_of

WAGES = EntitlementRules(minimum_daily_wage={1401: rial(1_393_250), 1402: rial(1_769_428)})


def entry(relation: Relation) -> Dependent:
    ended = Coverage(status=CoverageStatus.ENDED)
    return Dependent(national_id=MINA, relation=relation, coverage=ended, branch=BRANCH)


def record(status: LifeStatus = LifeStatus.DECEASED, death: Day | None = None) -> Citizen:
    return Citizen(
        national_id=REZA,
        first_name="رضا",
        last_name="احمدی",
        gender=Gender.MALE,
        life_status=status,
        death=death or Day(1401, 11, 4),
    )


def facts(
    deceased: Deceased, status: InsuranceStatus = InsuranceStatus.ACTIVE, wages: EntitlementRules = WAGES
) -> FuneralFacts:
    insurance = Insurance(status=status)
    return FuneralFacts(applicant=SARA, person=REZA, deceased=deceased, insurance=insurance, wages=wages)


OF_A_SPOUSE = Deceased(survivor=None, spouse=entry(Relation.HUSBAND), record=record())
OF_AN_INSURED = Deceased(survivor=entry(Relation.WIFE), spouse=None, record=record())


def test_for_a_spouse_the_survivor_has_to_be_insured_or_a_pensioner() -> None:
    assert rules_of(reasons(facts(OF_A_SPOUSE))) == []
    assert rules_of(reasons(facts(OF_A_SPOUSE, InsuranceStatus.PENSIONER))) == []
    assert rules_of(reasons(facts(OF_A_SPOUSE, InsuranceStatus.INACTIVE))) == ["funeral.applicant-is-linked"]
    assert rules_of(reasons(facts(OF_A_SPOUSE, InsuranceStatus.NO_LINK))) == ["funeral.applicant-is-linked"]


def test_for_an_insured_person_their_family_need_not_be_insured() -> None:
    assert rules_of(reasons(facts(OF_AN_INSURED, InsuranceStatus.NO_LINK))) == []


def test_who_lives_by_the_registry_has_no_funeral_and_of_whom_it_does_not_know_may_have() -> None:
    alive = Deceased(survivor=entry(Relation.WIFE), record=record(LifeStatus.ALIVE))
    unknown = Deceased(survivor=entry(Relation.WIFE), record=record(LifeStatus.UNKNOWN))
    assert rules_of(reasons(facts(alive))) == ["funeral.has-died"]
    assert rules_of(reasons(facts(unknown))) == []


def test_nobody_asks_for_their_own_funeral() -> None:
    assert rules_of(reasons(FuneralFacts(applicant=SARA, person=SARA))) == ["funeral.is-another"]


def test_the_amount_is_thirty_minimum_wages_of_the_year_of_death() -> None:
    assert amount_of(facts(OF_AN_INSURED)) == 30 * 1_393_250
    later = Deceased(survivor=entry(Relation.WIFE), record=record(death=Day(1402, 1, 1)))
    assert amount_of(facts(later)) == 30 * 1_769_428
    assert [(one.name, one.value) for one in figures(facts(OF_AN_INSURED))] == [("amount", str(30 * 1_393_250))]


def test_without_the_years_wage_no_amount_is_invented() -> None:
    unset = facts(OF_AN_INSURED, wages=EntitlementRules())
    assert amount_of(unset) is None
    assert list(figures(unset)) == []


def test_what_was_not_read_breaks_no_rule() -> None:
    unread = Deceased(survivor=UNREAD, spouse=UNREAD, record=UNREAD)
    assert rules_of(reasons(FuneralFacts(applicant=SARA, person=REZA, deceased=unread))) == []
