"""Objections about the marriage allowance: no system's fact refuses one, and figures tell what the allowance lacked."""

import pytest

from gateway.domain.calendar import Day, YearMonth
from gateway.domain.contribution import ContributionRecord
from gateway.domain.identifiers import WorkshopCode
from gateway.domain.insurance import Insurance, InsuranceKind, InsuranceStatus
from gateway.domain.money import rial
from gateway.domain.registry_event import Marriage
from gateway.requests.rules.marriage import MarriageFacts
from gateway.requests.services.marriage_allowance_objection import ObjectionFacts, figures, reasons
from tests.resolvers.conftest import BRANCH, MINA, SARA
from tests.services.broken import rules_of


def marriage(*, permanent: bool = True) -> Marriage:
    return Marriage(
        sequence=1,
        person=SARA,
        spouse=MINA,
        registered_on=Day.parse("1404-05-10"),
        permanent=permanent,
        first=True,
        official_office=True,
    )


def records(count: int) -> tuple[ContributionRecord, ...]:
    """So many whole months up to the marriage."""
    newest = YearMonth(1404, 4).ordinal
    months = (YearMonth.from_ordinal(newest - n) for n in range(count))
    return tuple(
        ContributionRecord(
            record_id=n,
            month=month,
            workshop=WorkshopCode("0070012345"),
            branch=BRANCH,
            kind=InsuranceKind.COMPULSORY,
            days=month.length,
            wage=rial(24_000_000),
            premium=rial(0),
        )
        for n, month in enumerate(months)
    )


def facts(found: Marriage | None, count: int = 24) -> ObjectionFacts:
    no_link = Insurance(status=InsuranceStatus.NO_LINK)
    return ObjectionFacts(
        text="واریز نشد", allowance=MarriageFacts(marriage=found, records=records(count), insurance=no_link)
    )


@pytest.mark.parametrize(
    ("text", "holds"), [("", False), ("  ", False), ("ن", True), ("ن" * 2_000, True), ("ن" * 2_001, False)]
)
def test_an_objection_says_why(text: str, holds: bool) -> None:
    assert rules_of(reasons(ObjectionFacts(text=text))) == ([] if holds else ["marriage-objection.says-why"])


def test_no_fact_of_a_system_refuses_one() -> None:
    assert rules_of(reasons(facts(None))) == []
    assert rules_of(reasons(facts(marriage(permanent=False), 1))) == []


def test_the_figures_tell_days_window_and_amount_and_each_condition_that_lacks() -> None:
    told = [(one.name, one.value) for one in figures(facts(marriage(), 23))]
    assert told == [
        ("windowFrom", "1399-05-11"),
        ("windowTo", "1404-05-10"),
        ("contributionDays", "700"),
        ("amount", "23000000"),
        ("refusedBy", "marriage.720-days"),
        ("refusedBy", "marriage.employed"),
    ]
    enough = [one.value for one in figures(facts(marriage(), 24)) if one.name == "refusedBy"]
    assert enough == ["marriage.employed"]


def test_without_a_marriage_that_is_what_lacks_and_before_anything_is_read_nothing_does() -> None:
    assert [one.value for one in figures(facts(None))] == ["marriage.registered"]
    assert list(figures(ObjectionFacts())) == []
