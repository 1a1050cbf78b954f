"""The monthly cycles: whom they take in, what they do about them, and what they do when systems fail."""

import datetime
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from gateway.domain.calendar import Day, YearMonth
from gateway.domain.dependency import EndOfDependency, EndOfDependencyGround
from gateway.domain.dependent import Coverage, CoverageStatus, Dependent, Relation
from gateway.domain.failure import Source, SourceIncoherent, SourceUnavailable
from gateway.domain.identifiers import InsuranceNumber
from gateway.domain.insurance import Insurance, InsuranceKind, InsuranceLink, InsuranceStatus
from gateway.domain.lookup import BranchGap
from gateway.domain.money import rial
from gateway.domain.payment_document import PaymentPurpose
from gateway.loading.keyring import Keyring
from gateway.requests.cycles.cycle import NotYet, ended
from gateway.requests.cycles.wording import allowance_granted, allowance_without_account, dependency_ended
from tests.requests.cycles.fakes import BRANCH, KEYRING, MONTH, WORKSHOP, Bureau, Systems, bureau, person
from tests.requests.fakes import SteppingClock

HE, SHE, FATHER = person(1), person(2), person(3)
DAY = Day(1405, 7, 10)
ALLOWANCE, DAUGHTERS = "marriage-allowance", "daughters"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Bureau]:
    async with bureau(tmp_path) as opened:
        yield opened


def down(source: Source = Source.BRANCH_DATABASES) -> SourceUnavailable:
    return SourceUnavailable(source, "down")


def couple(systems: Systems, number: int, day: Day = DAY) -> None:
    """He has worked for years, she has not."""
    systems.marries(person(1000 + number), person(2000 + number), day)
    systems.works(person(1000 + number), "1402-01", f"{day.year}-{day.month:02}")


async def test_a_couple_is_assessed_each_and_who_is_granted_is_paid_and_told(desk: Bureau) -> None:
    desk.systems.marries(HE, SHE, DAY)
    desk.systems.works(HE, "1403-07", "1405-07")
    report = await desk.runs(ALLOWANCE)
    assert (report.gathered, dict(report.outcomes), report.over) == (2, {"GRANTED": 1, "REFUSED": 1}, True)
    assert dict(report.rules) == {("REFUSED", "marriage.720-days"): 1, ("REFUSED", "marriage.employed"): 1}
    (order,) = desk.systems.orders.values()
    assert (order.payee, order.amount, order.purpose) == (HE, 24_000, PaymentPurpose.MARRIAGE_ALLOWANCE)
    (message,) = desk.systems.messages.values()
    assert (message.person, message.text) == (HE, allowance_granted(rial(24_000)))
    assert message.reference == order.reference
    assert (dict(report.effects), dict(report.told), report.amount) == ({"DOCUMENT": 1}, {"TAKEN": 1}, 24_000)


async def test_only_the_months_own_events_count_and_each_once_over_all_cycles(desk: Bureau) -> None:
    for number, day in enumerate((Day(1405, 6, 31), Day(1405, 7, 1), Day(1405, 7, 30), Day(1405, 8, 1))):
        couple(desk.systems, number, day)
    july = await desk.runs(ALLOWANCE)
    assert july.gathered == 4, "two couples: the last of the month before and the first of the next do not count"
    assert (await desk.runs(ALLOWANCE)) == july, "run again it changes nothing"
    august = await desk.runs(ALLOWANCE, YearMonth(1405, 8))
    assert august.gathered == 2
    assert max(desk.systems.received.values()) == 1


async def test_what_was_never_run_before_can_begin_earlier(desk: Bureau) -> None:
    for number in range(5):
        couple(desk.systems, number, Day(1405, 2 + number, 1))
    assert (await desk.runs(ALLOWANCE, since=YearMonth(1405, 3))).gathered == 8


async def test_what_is_registered_late_or_out_of_order_is_the_next_cycles_and_nobody_is_lost(desk: Bureau) -> None:
    for number, day in enumerate((Day(1405, 7, 29), Day(1405, 8, 1), Day(1405, 7, 30), Day(1405, 8, 2))):
        couple(desk.systems, number, day)
    assert (await desk.runs(ALLOWANCE)).gathered == 2
    assert (await desk.runs(ALLOWANCE, YearMonth(1405, 8))).gathered == 6
    assert len(desk.systems.orders) == 4


async def test_two_first_months_at_once_lose_nobody(desk: Bureau) -> None:
    for number, day in enumerate((Day(1405, 7, 3), Day(1405, 7, 4), Day(1405, 8, 1))):
        couple(desk.systems, number, day)
    for month in (MONTH, YearMonth(1405, 8)):
        await desk.cycles.begin(ALLOWANCE, month)
    reports = [await desk.goes_on(f"{ALLOWANCE}:{month}") for month in ("1405-07", "1405-08")]
    desk.clock.move(hours=1)  # whoever read the same page second tries again
    reports = [await desk.goes_on(report.cycle) for report in reports]
    assert sum(report.gathered for report in reports) == 6
    assert all(report.over for report in reports)
    assert len(desk.systems.orders) == 3


async def test_todays_link_stands_for_no_list_that_has_come(desk: Bureau) -> None:
    """A backlog: he left before he married and came back later, to a link that is active and older than the day."""
    desk.systems.marries(HE, SHE, DAY)
    desk.systems.works(HE, "1402-01", "1405-06")
    link = InsuranceLink(
        insurance_number=InsuranceNumber("00000001"),
        branch=BRANCH,
        kind=InsuranceKind.COMPULSORY,
        status=InsuranceStatus.ACTIVE,
        workshop=WORKSHOP,
        since=Day(1402, 1, 1),
    )
    desk.systems.insured[HE] = Insurance(status=InsuranceStatus.ACTIVE, current=link, links=(link,))
    assert (await desk.runs(ALLOWANCE)).outcomes["GRANTED"] == 1  # the month's list may be on its way

    desk.systems.marries(person(7), SHE, DAY)
    desk.systems.works(person(7), "1405-08", "1405-08")
    desk.systems.works(person(7), "1402-01", "1405-06")
    desk.systems.insured[person(7)] = desk.systems.insured[HE]
    report = await desk.runs(ALLOWANCE, YearMonth(1405, 8))
    assert report.rules["REFUSED", "marriage.employed"] == 2  # with her, whom no list names


async def test_a_month_that_has_not_ended_is_not_run(desk: Bureau) -> None:
    with pytest.raises(NotYet, match="not ended"):
        await desk.cycles.begin(ALLOWANCE, YearMonth(1405, 9))
    assert await desk.cycles.book.cycle("marriage-allowance:1405-09") is None


async def test_whoever_was_granted_once_is_not_granted_again(desk: Bureau) -> None:
    """The registry says of both marriages that they are the first: it is not believed twice."""
    desk.systems.works(HE, "1402-01", "1405-08")
    desk.systems.marries(HE, SHE, DAY)
    desk.systems.marries(HE, person(4), Day(1405, 7, 20))
    desk.systems.marries(HE, person(5), Day(1405, 8, 20))
    report = await desk.runs(ALLOWANCE)
    assert report.outcomes["GRANTED"] == 1
    assert report.rules["REFUSED", "marriage.granted-before"] == 1
    august = await desk.runs(ALLOWANCE, YearMonth(1405, 8))
    assert august.rules["REFUSED", "marriage.granted-before"] == 1
    assert len(desk.systems.orders) == 1


async def test_without_an_account_on_file_it_is_said_so_and_without_a_number_nothing_is(desk: Bureau) -> None:
    couple(desk.systems, 1)
    couple(desk.systems, 2)
    desk.systems.without_account.add(person(1001))
    desk.systems.without_number.add(person(1002))
    report = await desk.runs(ALLOWANCE)
    assert dict(report.effects) == {"DOCUMENT": 1, "NO_ACCOUNT": 1}
    assert dict(report.told) == {"NO_NUMBER": 1, "TAKEN": 1}
    assert [message.text for message in desk.systems.messages.values()] == [allowance_without_account(rial(24_000))]


async def test_whose_wages_are_nothing_is_granted_nothing_to_pay(desk: Bureau) -> None:
    desk.systems.marries(HE, SHE, DAY)
    desk.systems.works(HE, "1402-01", "1405-07", wage=0)
    report = await desk.runs(ALLOWANCE)
    assert (dict(report.effects), dict(report.told)) == ({"NOTHING_TO_PAY": 1}, {"NOTHING": 1})
    assert desk.systems.orders == {}


async def test_systems_are_asked_by_the_batch_and_of_whom_no_branch_knows_no_records_are_asked(desk: Bureau) -> None:
    for number in range(5):
        couple(desk.systems, number)
    await desk.runs(ALLOWANCE)
    batches = 4  # of ten persons, three at a time
    assert desk.systems.asked["events_by_person"] == desk.systems.asked["insurances_by_person"] == batches
    assert desk.systems.asked["contribution_pages"] <= batches
    assert [after for after, _ in desk.systems.pages] == [0, 4]


async def test_records_that_fill_pages_are_read_to_the_end(desk: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.requests.cycles.marriage_allowance.RECORDS_A_PAGE", 7)
    couple(desk.systems, 1)
    assert (await desk.runs(ALLOWANCE)).outcomes["GRANTED"] == 1
    assert desk.systems.asked["contribution_pages"] > 5


async def test_a_system_that_is_down_is_waited_for(desk: Bureau) -> None:
    couple(desk.systems, 1)
    desk.systems.failing["contribution_pages"] = down
    report = await desk.runs(ALLOWANCE)
    assert (report.waiting, report.outcomes["REFUSED"], report.over) == (1, 1, False)
    desk.systems.failing.clear()
    desk.clock.move(hours=1)
    report = await desk.goes_on(report.cycle)
    assert (report.waiting, report.outcomes["GRANTED"], report.over) == (0, 1, True)


async def test_a_whole_system_that_is_down_for_long_leaves_nobody_out(desk: Bureau) -> None:
    couple(desk.systems, 1)
    desk.systems.failing["insurances_by_person"] = down
    report = await desk.runs(ALLOWANCE)
    for _ in range(12):  # more than anybody has tries
        desk.clock.move(hours=2)
        report = await desk.goes_on(report.cycle)
    assert (report.waiting, dict(report.outcomes)) == (2, {})
    desk.systems.failing.clear()
    desk.clock.move(hours=2)
    assert (await desk.goes_on(report.cycle)).outcomes == {"GRANTED": 1, "REFUSED": 1}


async def test_a_branch_that_is_missing_is_no_reason_to_refuse(desk: Bureau) -> None:
    couple(desk.systems, 1)
    desk.systems.gaps[person(1001)] = BranchGap(branch=BRANCH, code="SOURCE_TIMEOUT", retryable=True)
    report = await desk.runs(ALLOWANCE)
    assert (report.waiting, report.over) == (1, False)


async def test_who_cannot_be_read_holds_nobody_up_is_told_of_and_taken_up_again(desk: Bureau) -> None:
    couple(desk.systems, 1)
    couple(desk.systems, 2)
    desk.systems.gaps[person(1001)] = BranchGap(branch=BRANCH, code="SOURCE_TIMEOUT", retryable=True)
    report = await desk.runs(ALLOWANCE)
    for _ in range(4):
        desk.clock.move(hours=1)
        report = await desk.goes_on(report.cycle)
    assert (report.over, report.outcomes["UNREAD"], report.outcomes["GRANTED"]) == (True, 1, 1)
    assert report.rules["UNREAD", "unread.branch-databases"] == 1
    desk.systems.gaps.clear()
    report = await desk.runs(ALLOWANCE)
    assert (report.over, report.outcomes["GRANTED"], "UNREAD" in report.outcomes) == (True, 2, False)
    assert len(desk.systems.orders) == 2
    assert max(desk.systems.received.values()) == 1


async def test_an_answer_without_sense_is_not_asked_for_again(desk: Bureau) -> None:
    couple(desk.systems, 1)
    desk.systems.failing["events_by_person"] = lambda: SourceIncoherent(Source.REGISTRY_EVENTS, "nonsense")
    report = await desk.runs(ALLOWANCE)
    assert dict(report.outcomes) == {"UNREAD": 2}
    assert desk.systems.asked["events_by_person"] == 1


async def test_an_order_of_which_nobody_hears_is_one_document(desk: Bureau) -> None:
    couple(desk.systems, 1)
    desk.systems.failing["finance, deaf"] = lambda: down(Source.FINANCE)
    report = await desk.runs(ALLOWANCE)
    assert dict(report.effects) == {"WAITING": 1}
    desk.systems.failing.clear()
    desk.clock.move(hours=1)
    report = await desk.goes_on(report.cycle)
    assert (dict(report.effects), report.over) == ({"DOCUMENT": 1}, True)
    (reference,) = desk.systems.orders
    assert desk.systems.received[reference] == 2


async def test_an_order_that_is_not_taken_is_told_of_and_stops_nothing(desk: Bureau) -> None:
    couple(desk.systems, 1)
    desk.systems.failing["finance"] = lambda: SourceIncoherent(Source.FINANCE, "conflict")
    report = await desk.runs(ALLOWANCE)
    assert (dict(report.effects), dict(report.told), report.over) == ({"REFUSED_US": 1}, {"NOTHING": 1}, True)


async def test_a_second_process_goes_on_from_the_cursor_and_the_cases_of_the_first(tmp_path: Path) -> None:
    clock = SteppingClock()
    systems = Systems(clock)
    for number in range(3):
        couple(systems, number)
    systems.failing["events_by_person"] = down
    async with bureau(tmp_path, systems) as first:
        assert (await first.runs(ALLOWANCE)).waiting == 6
    pages = list(systems.pages)
    systems.failing.clear()
    clock.move(hours=1)
    async with bureau(tmp_path, systems) as second:
        report = await second.runs(ALLOWANCE)
    assert systems.pages == pages, "the feed is not read again"
    assert (report.gathered, report.outcomes["GRANTED"], report.over) == (6, 3, True)


async def test_after_the_master_key_was_changed_nobody_is_taken_in_or_granted_anew(tmp_path: Path) -> None:
    systems = Systems(SteppingClock())
    couple(systems, 1)
    async with bureau(tmp_path, systems) as before:
        await before.runs(ALLOWANCE)
    systems.marries(person(1001), person(9), Day(1405, 8, 3))
    systems.works(person(1001), "1405-08", "1405-08")
    async with bureau(tmp_path, systems, Keyring(b"n" * 32), [KEYRING]) as after:
        report = await after.runs(ALLOWANCE, YearMonth(1405, 8))
        assert report.rules["REFUSED", "marriage.granted-before"] == 1
    assert len(systems.orders) == 1


async def test_no_person_stands_in_the_tables_in_clear(desk: Bureau, tmp_path: Path) -> None:
    couple(desk.systems, 1)
    await desk.runs(ALLOWANCE)
    async with desk.ground.database.writing():
        pass
    connection = sqlite3.connect(tmp_path / "requests.db")
    dump = "\n".join(connection.iterdump())
    connection.close()
    assert "service_cycle_cases" in dump
    for one in (person(1001), person(2001)):
        assert one.digits not in dump
        assert one.digits.encode().hex() not in dump.lower()
    cycle = await desk.cycles.book.cycle("marriage-allowance:1405-07")
    assert cycle
    listed = await desk.cycles.book.persons(cycle)
    assert [outcome for _, outcome, _ in listed].count("GRANTED") == 1
    assert all(len(hidden) == 40 for hidden, _, _ in listed)


# Daughters


def daughter(systems: Systems, number: int, *, covered: bool = True, relation: Relation = Relation.DAUGHTER) -> None:
    """Of FATHER, whose branch lists her."""
    her = person(3000 + number)
    systems.is_born(her, Day(1386, 1, number), father=FATHER)
    status = CoverageStatus.COVERED if covered else CoverageStatus.ENDED
    listed = Dependent(national_id=her, relation=relation, coverage=Coverage(status=status), branch=BRANCH)
    systems.dependents[FATHER] = (*systems.dependents.get(FATHER, ()), listed)


async def test_a_daughters_marriage_ends_her_dependency_and_her_father_is_told(desk: Bureau) -> None:
    for number in range(1, 6):
        daughter(desk.systems, number, covered=number != 3)
    desk.systems.marries(person(1), person(3001), DAY)
    desk.systems.marries(person(2), person(3002), Day(1405, 7, 2))
    desk.systems.parts(person(2), person(3002), Day(1405, 7, 12))
    desk.systems.marries(person(4), person(3003), DAY)
    desk.systems.marries(person(5), person(3004), DAY, permanent=False)
    desk.systems.dies(person(3005), Day(1405, 7, 3))
    desk.systems.dies(person(6), DAY)
    report = await desk.runs(DAUGHTERS)
    assert report.gathered == 6
    assert dict(report.outcomes) == {"ENDED": 2, "KEPT": 1, "NOT_COVERED": 2, "UNDECIDED": 1}
    assert report.rules["UNDECIDED", "daughter.unmarried"] == 1
    told = {msgspec.json.decode(case.details, type=EndOfDependency) for case in desk.systems.cases.values()}
    assert told == {
        EndOfDependency(
            applicant=FATHER, person=person(3001), branch=BRANCH, on=DAY, ground=EndOfDependencyGround.MARRIAGE
        ),
        EndOfDependency(
            applicant=FATHER,
            person=person(3005),
            branch=BRANCH,
            on=Day(1405, 7, 3),
            ground=EndOfDependencyGround.DEATH,
        ),
    }
    assert {(message.person, message.text) for message in desk.systems.messages.values()} == {
        (FATHER, dependency_ended(DAY, by_death=False)),
        (FATHER, dependency_ended(Day(1405, 7, 3), by_death=True)),
    }


async def test_what_a_temporary_marriage_does_can_be_set(tmp_path: Path) -> None:
    async with bureau(tmp_path, temporary_marriage_ends_dependency=True) as desk:
        daughter(desk.systems, 1)
        desk.systems.marries(person(1), person(3001), DAY, permanent=False)
        assert dict((await desk.runs(DAUGHTERS)).outcomes) == {"ENDED": 1}


async def test_a_branch_that_is_down_ends_nothing_and_is_waited_for(desk: Bureau) -> None:
    daughter(desk.systems, 1)
    desk.systems.marries(person(1), person(3001), DAY)
    desk.systems.failing["dependents_by_supporter"] = down
    report = await desk.runs(DAUGHTERS)
    assert (report.waiting, report.over) == (1, False)
    desk.systems.failing.clear()
    desk.clock.move(hours=1)
    assert dict((await desk.goes_on(report.cycle)).outcomes) == {"ENDED": 1}


# The calendar


async def test_scheduled_cycles_begin_when_the_month_is_over_and_each_begins_the_next(tmp_path: Path) -> None:
    async with bureau(tmp_path, scheduled=True) as desk:
        couple(desk.systems, 1, Day(1405, 8, 3))
        await desk.cycles.schedule()
        await desk.cycles.schedule()  # as another replica does
        report = await desk.goes_on("marriage-allowance:1405-08")
        assert (report.over, report.outcomes["GRANTED"]) == (True, 1)
        following = await desk.goes_on("marriage-allowance:1405-09")
        assert (following.over, following.gathered) == (False, 0)
        couple(desk.systems, 2, Day(1405, 9, 3))
        desk.clock.at = ended(YearMonth(1405, 9), datetime.time(2)) - datetime.timedelta(seconds=1)
        assert not (await desk.goes_on("marriage-allowance:1405-09")).gathered
        desk.clock.move(seconds=1)
        assert (await desk.goes_on("marriage-allowance:1405-09")).gathered == 2


def test_a_month_is_over_at_midnight_in_tehran() -> None:
    assert ended(MONTH, datetime.time()) == datetime.datetime(2026, 10, 22, 20, 30, tzinfo=datetime.UTC)


def test_the_texts_are_persian_with_persian_digits_and_name_nobody() -> None:
    for text in (
        allowance_granted(rial(1_234_567)),
        allowance_without_account(rial(1_234_567)),
        dependency_ended(DAY, by_death=False),
        dependency_ended(DAY, by_death=True),
    ):
        assert not any(character.isascii() and character.isalnum() for character in text)
        assert text.endswith("سازمان تأمین اجتماعی")
        assert "ي" not in text
        assert "ك" not in text
    assert "۱٬۲۳۴٬۵۶۷ ریال" in allowance_granted(rial(1_234_567))
    assert "۱۴۰۵/۰۷/۱۰" in dependency_ended(DAY, by_death=False)
