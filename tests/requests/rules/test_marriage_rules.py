"""The marriage allowance, on both sides of each boundary."""

import dataclasses

import msgspec
import pytest

from gateway.domain.calendar import Day, YearMonth
from gateway.domain.contribution import ContributionRecord, Standing
from gateway.domain.failure import Source
from gateway.domain.identifiers import BranchCode, InsuranceNumber, NationalId, WorkshopCode
from gateway.domain.insurance import Insurance, InsuranceKind, InsuranceLink, InsuranceStatus
from gateway.domain.money import rial
from gateway.domain.registry_event import Marriage
from gateway.requests.rules.marriage import MarriageFacts, assess, first_month_needed, reasons, works_on

OMID, NASRIN = NationalId("0070018618"), NationalId("0072855371")
WORKSHOP, BRANCH = WorkshopCode("0070012345"), BranchCode("0070")
DAY = Day(1405, 7, 10)
WEDDING = Marriage(
    sequence=1,
    person=OMID,
    spouse=NASRIN,
    registered_on=DAY,
    permanent=True,
    first=True,
    official_office=True,
)
NO_LINK = Insurance(status=InsuranceStatus.NO_LINK)
COMPULSORY, VOLUNTARY = InsuranceKind.COMPULSORY, InsuranceKind.VOLUNTARY


def record(
    month: str, days: int, wage: int = 0, *, kind: InsuranceKind = COMPULSORY, **more: object
) -> ContributionRecord:
    row = ContributionRecord(
        record_id=1,
        month=YearMonth.parse(month),
        workshop=WORKSHOP if kind is COMPULSORY else None,
        branch=BRANCH,
        kind=kind,
        days=days,
        wage=rial(wage),
        premium=rial(0),
    )
    return msgspec.structs.replace(row, **more)


def months(last: str, count: int, days: int, wage: int = 0) -> list[ContributionRecord]:
    """So many months up to one, of so many days each."""
    end = YearMonth.parse(last).ordinal
    return [record(str(YearMonth.from_ordinal(end - ago)), days, wage) for ago in range(count)]


def facts(*records: ContributionRecord, marriage: Marriage = WEDDING, insurance: Insurance = NO_LINK) -> MarriageFacts:
    return MarriageFacts(marriage=marriage, records=records, insurance=insurance)


def rules(said: MarriageFacts) -> list[str]:
    return [reason.rule for reason in reasons(said)]


def days_up_to_the_day(days: int) -> list[ContributionRecord]:
    """So many in the window, the last ten of them in the month of the wedding."""
    full, rest = divmod(days - 10, 29)
    return [record("1405-07", 30), *months("1405-06", full, 29), record("1402-01", rest)]


def test_720_days_are_enough_and_719_are_not() -> None:
    assert rules(facts(*days_up_to_the_day(720))) == []
    (reason,) = reasons(facts(*days_up_to_the_day(719)))
    assert (reason.rule, reason.found) == ("marriage.720-days", "719 days")
    assert reason.needed == "720 days from 1400-07-11 to 1405-07-10"
    assert reason.source is Source.BRANCH_DATABASES


def test_the_window_ends_on_the_day_of_registration_and_begins_five_years_before() -> None:
    within = [record("1405-07", 10), *months("1405-06", 24, 29)]
    assert assess(facts(*within)).days == 706
    assert assess(facts(*within, record("1400-07", 30))).days == 726  # the 20 days of Mehr 1400 from the 11th on
    assert assess(facts(*within, record("1400-06", 31))).days == 706
    assert assess(facts(record("1405-07", 30))).days == 10, "what is paid after the day is not counted"
    assert assess(facts(record("1405-07", 30), marriage=_on(Day(1405, 7, 11)))).days == 11


@pytest.mark.parametrize(
    ("change", "rule", "found"),
    [
        ({"permanent": False}, "marriage.permanent", "TEMPORARY"),
        ({"first": False}, "marriage.first", "NOT_FIRST"),
        ({"official_office": False}, "marriage.official-office", "ANOTHER_OFFICE"),
    ],
)
def test_a_temporary_a_second_and_an_unofficial_marriage_are_refused(
    change: dict[str, bool], rule: str, found: str
) -> None:
    said = facts(*days_up_to_the_day(800), marriage=msgspec.structs.replace(WEDDING, **change))
    (reason,) = reasons(said)
    assert (reason.rule, reason.found, reason.source) == (rule, found, Source.REGISTRY_EVENTS)


def test_every_rule_that_does_not_hold_is_told() -> None:
    worst = msgspec.structs.replace(WEDDING, permanent=False, first=False, official_office=False)
    assert rules(facts(marriage=worst)) == [
        "marriage.permanent",
        "marriage.first",
        "marriage.official-office",
        "marriage.720-days",
        "marriage.employed",
    ]


def test_employed_on_the_day_is_who_stands_in_that_months_list_of_a_workshop() -> None:
    earlier = months("1405-06", 25, 30)
    assert rules(facts(*earlier, record("1405-07", 1))) == []
    assert rules(facts(*earlier)) == ["marriage.employed"]
    assert rules(facts(*earlier, record("1405-07", 30, kind=VOLUNTARY))) == ["marriage.employed"]
    assert rules(facts(*earlier, record("1405-07", 0))) == ["marriage.employed"]


def test_where_the_list_has_not_come_yet_an_active_older_link_says_it() -> None:
    earlier = months("1405-06", 25, 30)
    assert rules(facts(*earlier, insurance=_link(since=DAY))) == []
    assert rules(facts(*earlier, insurance=_link(since=Day(1405, 7, 11)))) == ["marriage.employed"]
    assert rules(facts(*earlier, insurance=_link(status=InsuranceStatus.INACTIVE))) == ["marriage.employed"]
    assert rules(facts(*earlier, insurance=_link(kind=VOLUNTARY))) == ["marriage.employed"]
    # A later list has come and this month's does not name them: it is no longer a question of waiting
    assert not works_on(DAY, [*earlier, record("1405-08", 30)], _link(since=Day(1400, 1, 1)))


def test_the_amount_is_the_wages_of_two_years_by_24_also_where_they_stand_for_fewer_months() -> None:
    assert assess(facts(*months("1405-06", 24, 30, 2_400))).amount == 2_400
    assert assess(facts(*months("1405-06", 12, 30, 2_400))).amount == 1_200
    assert assess(facts(*months("1405-06", 24, 30, 2_400), record("1405-07", 30, 999_999))).amount == 2_400
    assert assess(facts(*months("1405-06", 25, 30, 2_400))).amount == 2_400, "the 25th month before does not count"
    assert assess(facts(record("1405-06", 30, 47))).amount == 1, "rounded down"


def test_what_two_lists_say_twice_is_paid_once() -> None:
    twice = [record("1405-06", 30, 2_400), record("1405-06", 30, 2_400, standing=Standing.DUPLICATE)]
    said = assess(facts(*twice))
    assert (said.amount, said.days) == (100, 30)


def test_without_a_marriage_that_is_the_reason_and_what_was_not_read_breaks_no_rule() -> None:
    assert rules(MarriageFacts(marriage=None)) == ["marriage.registered"]
    assert reasons(MarriageFacts()) == ()
    unread = dataclasses.replace(facts(), insurance=MarriageFacts().insurance, records=MarriageFacts().records)
    said = assess(unread)
    assert (said.reasons, said.days, said.amount) == ((), None, None)


def test_the_rules_read_from_the_first_month_of_the_window_on() -> None:
    assert str(first_month_needed(DAY)) == "1400-07"


def test_reasons_are_told_in_both_languages_and_without_who_it_is() -> None:
    worst = msgspec.structs.replace(WEDDING, permanent=False, first=False, official_office=False)
    for reason in (*reasons(facts(marriage=worst)), *reasons(MarriageFacts(marriage=None))):
        assert reason.words.fa
        assert reason.words.en
        assert OMID.digits not in repr(reason)


def _on(day: Day) -> Marriage:
    return msgspec.structs.replace(WEDDING, registered_on=day)


def _link(**more: object) -> Insurance:
    link = InsuranceLink(
        insurance_number=InsuranceNumber("12345678"),
        branch=BRANCH,
        kind=COMPULSORY,
        status=InsuranceStatus.ACTIVE,
        workshop=WORKSHOP,
        since=Day(1403, 7, 1),
    )
    changed = msgspec.structs.replace(link, **more)
    return Insurance(status=changed.status, current=changed, links=(changed,))
