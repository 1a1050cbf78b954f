"""When a debt may be objected to, on both sides of every boundary."""

from typing import Any

import pytest

from gateway.domain.calendar import Day
from gateway.domain.debt import Debt, DebtStage
from gateway.domain.money import rial
from gateway.domain.services.debt_objection import ObjectionType
from gateway.requests.reading import UNREAD
from gateway.requests.services.debt_objection import RULES, STAGES, ObjectionFacts, figures, last_day, open_to, reasons
from tests.services.employers import AGREED, TODAY, days_ago, debt, rules_of, values_of

NOTICE, RULING, FINAL = ObjectionType


def facts(debts: Any = (), **said: Any) -> ObjectionFacts:
    return ObjectionFacts(**{"today": TODAY, "agreement": AGREED, "debts": debts} | said)


def broken(one: Debt, objection: ObjectionType, **said: Any) -> list[str]:
    return rules_of(reasons(facts((one,), debt_number=one.number, objection=objection, text="لیست رد شده", **said)))


@pytest.mark.parametrize(("day", "rules"), [(0, []), (29, []), (30, []), (31, ["objection.within-30-days-of-service"])])
def test_a_notice_is_objected_to_until_day_30_after_its_service(day: int, rules: list[str]) -> None:
    assert broken(debt(served=days_ago(day)), NOTICE) == rules


def test_a_notice_that_was_not_served_has_set_no_term_running() -> None:
    assert broken(debt(served=None, issued=days_ago(400)), NOTICE) == []


def test_a_service_that_is_known_by_its_month_is_late_only_when_all_of_the_month_is() -> None:
    assert broken(debt(served=Day(1405, 8)), NOTICE) == []  # it may have been on the 30th
    assert broken(debt(served=Day(1405, 7)), NOTICE) == ["objection.within-30-days-of-service"]


@pytest.mark.parametrize(("day", "rules"), [(0, []), (19, []), (20, []), (21, ["objection.within-20-days-of-ruling"])])
def test_a_ruling_is_appealed_until_day_20(day: int, rules: list[str]) -> None:
    assert broken(debt(stage=DebtStage.WARNED, served=days_ago(300), ruled=days_ago(day)), RULING) == rules


@pytest.mark.parametrize(("claim", "rules"), [(1_500_000, ["objection.claim-can-be-appealed"]), (1_500_001, [])])
def test_a_ruling_is_appealed_on_a_claim_above_one_and_a_half_million(claim: int, rules: list[str]) -> None:
    assert broken(debt(stage=DebtStage.WARNED, ruled=TODAY, amount=rial(claim)), RULING) == rules


def test_what_was_not_ruled_is_not_appealed() -> None:
    assert broken(debt(stage=DebtStage.WARNED), RULING) == ["objection.board-has-ruled"]


def test_a_final_debt_goes_to_the_review_committee_whenever_it_was_served() -> None:
    assert broken(debt(stage=DebtStage.FINAL, served=days_ago(3_000)), FINAL) == []


@pytest.mark.parametrize("objection", ObjectionType)
@pytest.mark.parametrize("stage", DebtStage)
def test_each_kind_of_objection_fits_one_stage(objection: ObjectionType, stage: DebtStage) -> None:
    rules = [] if STAGES[objection] is stage else ["objection.fits-the-debts-stage"]
    assert broken(debt(stage=stage, ruled=TODAY), objection) == rules


def test_it_needs_the_agreement_to_electronic_notice() -> None:
    assert broken(debt(), NOTICE, agreement=None) == ["workshop.agreed-to-electronic-notice"]


def test_a_debt_of_somebody_else_is_none_of_the_workshops() -> None:
    said = facts((debt(),), debt_number="099999999999", objection=NOTICE)
    assert rules_of(reasons(said)) == ["debt.is-the-workshops"]


@pytest.mark.parametrize(("length", "fits"), [(0, False), (1, True), (2_000, True), (2_001, False)])
def test_an_objection_is_in_writing(length: int, fits: bool) -> None:
    said = facts((debt(),), debt_number=debt().number, objection=NOTICE, text="ا" * length)
    assert rules_of(reasons(said)) == ([] if fits else ["objection.is-in-writing"])


def test_eligibility_asks_whether_any_debt_is_open_to_anything() -> None:
    late, open_one = debt("1", served=days_ago(31)), debt("2", stage=DebtStage.FINAL)
    assert rules_of(reasons(facts((late,)))) == ["objection.a-debt-is-open"]
    assert rules_of(reasons(facts(()))) == ["objection.a-debt-is-open"]
    assert rules_of(reasons(facts((late, open_one)))) == []
    assert values_of(figures(facts((late, open_one)))) == {"openDebts": "2"}
    assert (open_to(late, TODAY), open_to(open_one, TODAY)) == (None, FINAL)


def test_figures_tell_which_term_ends_first() -> None:
    served, ruled = debt("1", served=days_ago(10)), debt("2", stage=DebtStage.WARNED, ruled=days_ago(1))
    assert values_of(figures(facts((served, ruled)))) == {"openDebts": "1, 2", "firstTermEnds": days_ago(-19).jalali}
    unserved, final = debt("3"), debt("4", stage=DebtStage.FINAL, served=TODAY, ruled=TODAY)
    assert values_of(figures(facts((unserved, final)))) == {"openDebts": "3, 4"}


@pytest.mark.parametrize("day", [0, 30])
def test_the_last_day_that_is_told_is_the_last_that_is_taken(day: int) -> None:
    one = debt(served=days_ago(day))
    end = last_day(one)
    assert end
    assert open_to(one, end) is NOTICE
    assert open_to(one, days_ago(-1, end)) is None


def test_what_was_not_read_breaks_no_rule() -> None:
    assert rules_of(reasons(facts(UNREAD, agreement=UNREAD))) == []
    assert rules_of(reasons(facts(UNREAD, agreement=UNREAD, debt_number="1", objection=RULING))) == []
    assert values_of(figures(facts(UNREAD))) == {}


def test_the_first_boards_refusal_is_appealed_within_the_same_20_days() -> None:
    assert RULES.terms.appeal_days == 20
