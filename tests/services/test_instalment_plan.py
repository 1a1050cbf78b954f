"""Which debts may be paid in instalments, and what each month costs."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.debt import DebtStage
from gateway.domain.instalment import plan_of
from gateway.domain.money import rial
from gateway.requests.reading import UNREAD
from gateway.requests.services.instalment_plan import InstalmentFacts, figures, reasons
from tests.services.employers import AGREED, debt, rules_of, values_of

ONE = debt("1", remaining=rial(1_200_000))


def facts(debts: Any = (ONE,), **said: Any) -> InstalmentFacts:
    return InstalmentFacts(**{"agreement": AGREED, "debts": debts, "debt_numbers": ("1",), "months": 12} | said)


@pytest.mark.parametrize(("months", "fits"), [(-1, False), (0, False), (1, True), (36, True), (37, False)])
def test_there_are_1_to_36_months(months: int, fits: bool) -> None:
    assert rules_of(reasons(facts(months=months))) == ([] if fits else ["instalments.at-most-36-months"])
    assert (facts(months=months).plan is not None) is fits


@pytest.mark.parametrize("stage", DebtStage)
def test_only_debts_before_the_execution_order_are_spread(stage: DebtStage) -> None:
    hardened = stage in {DebtStage.EXECUTION_ORDER, DebtStage.ENFORCEMENT}
    found = rules_of(reasons(facts((debt("1", stage=stage),))))
    assert found == (["instalments.before-the-execution-order"] if hardened else [])


@pytest.mark.parametrize(("left", "fits"), [(0, False), (1, True)])
def test_something_has_to_be_owed(left: int, fits: bool) -> None:
    said = facts((debt("1", remaining=rial(left)),))
    assert rules_of(reasons(said)) == ([] if fits else ["instalments.something-is-owed"])


def test_what_was_paid_here_is_owed_no_longer() -> None:
    assert rules_of(reasons(facts(paid_here={"1": rial(1_200_000)}))) == ["instalments.something-is-owed"]
    assert values_of(figures(facts(paid_here={"1": rial(200_000)})))["principal"] == "1000000"


def test_it_needs_the_agreement_and_debts_of_the_workshop() -> None:
    assert rules_of(reasons(facts(agreement=None))) == ["workshop.agreed-to-electronic-notice"]
    assert rules_of(reasons(facts(debt_numbers=("1", "2")))) == ["debt.is-the-workshops"]
    assert rules_of(reasons(facts(debt_numbers=()))) == ["instalments.debts-are-named"]


def test_a_debt_that_is_named_twice_is_owed_once() -> None:
    assert values_of(figures(facts(debt_numbers=("1", "1"))))["principal"] == "1200000"


def test_eligibility_takes_all_debts_that_can_be_spread_over_the_longest_time() -> None:
    ordered = debt("2", stage=DebtStage.EXECUTION_ORDER)
    settled = debt("3", remaining=rial(0))
    final = debt("4", stage=DebtStage.FINAL, remaining=rial(2_400_000))
    asked = facts((ONE, ordered, settled, final), debt_numbers=None, months=None)
    assert rules_of(reasons(asked)) == []
    found = values_of(figures(asked))
    assert (found["debts"], found["principal"], found["months"]) == ("1, 4", "3600000", "36")
    assert found["ifOneIsMissed"] == "ALL_DUE"
    nothing = facts((ordered, settled), debt_numbers=None, months=None)
    assert rules_of(reasons(nothing)) == ["instalments.a-debt-can-be-spread"]
    assert "principal" not in values_of(figures(nothing))


def test_each_month_costs_a_hundredth_of_what_is_left() -> None:
    plan = plan_of(rial(1_200_000), 12)
    assert [one.amount for one in plan.instalments[:2]] == [112_000, 111_000]
    assert plan.instalments[-1].amount == 101_000
    assert (plan.charge, plan.total) == (78_000, 1_278_000)
    found = values_of(figures(facts()))
    assert (found["firstInstalment"], found["lastInstalment"], found["total"]) == ("112000", "101000", "1278000")


def test_the_last_instalment_takes_what_the_division_leaves_and_half_a_rial_is_one() -> None:
    plan = plan_of(rial(150), 4)
    assert [one.principal for one in plan.instalments] == [37, 37, 37, 39]
    assert [one.charge for one in plan.instalments] == [2, 1, 1, 0]  # 1.5, 1.13, 0.76, 0.39


@given(principal=st.integers(1, 10**14), months=st.integers(1, 36))
def test_instalments_pay_the_debt_and_each_charge_is_the_nearest_to_a_hundredth(principal: int, months: int) -> None:
    plan = plan_of(rial(principal), months)
    assert sum(one.principal for one in plan.instalments) == principal
    assert plan.total == sum(one.amount for one in plan.instalments)
    left = principal
    for one in plan.instalments:
        assert abs(100 * one.charge - left) <= 50
        left -= one.principal


@pytest.mark.parametrize(("principal", "months"), [(0, 1), (-1, 1), (1, 0), (1, 37)])
def test_there_is_no_plan_of_nothing_and_none_of_no_time(principal: int, months: int) -> None:
    with pytest.raises(ValueError, match="something owed"):
        plan_of(rial(principal), months)


def test_what_was_not_read_breaks_no_rule() -> None:
    assert rules_of(reasons(facts(UNREAD, agreement=UNREAD))) == []
    assert rules_of(reasons(facts(UNREAD, agreement=UNREAD, debt_numbers=None, months=None))) == []
    assert facts(UNREAD).plan is None
