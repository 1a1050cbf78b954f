"""Debts to the Organisation, with their books and their orders (domain.md 2.6, 2.8).

The sums hold: charges and penalties make the amount, which is premium + unemployment + other; the last balance remains.
"""

from random import Random

from twin.careers import Careers, daily_minimum_wage
from twin.cast import CAST
from twin.jalali import days_later, first_of, ordinal
from twin.named import KAVEHS_WORKSHOP, NAMED
from twin.names import DEBT_REASONS
from twin.world import AS_OF, Date, Debt, Kind, LedgerLine, Order, Person, Workshop

STEPS = ("01", "02", "03", "04", "05")
NOTICE, WARNING, EXECUTION, STATEMENT = "01", "02", "03", "04"
DAYS_TO_SERVE = 12
DAYS_BETWEEN_STEPS = 45
DAYS_TO_RULE = 30
SHARE_OF_WORKSHOPS_IN_DEBT = 0.45
SHARE_OF_PERSONS_IN_DEBT = 0.02


class Debts:
    """Collects debts, with numbers of their own."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._orders = 0
        self.made: list[Debt] = []

    def add_all(self, people: dict[str, Person], workshops: list[Workshop], careers: Careers) -> None:
        rng = self._rng
        workshop, branch = KAVEHS_WORKSHOP
        for number, step in enumerate((*STEPS, "02")):
            self.add(
                branch, workshop, NAMED["kaveh"].code, step, months_ago=4 + 9 * number, settled=number == len(STEPS)
            )
        # Her voluntary insurance of long ago, a month's difference: nothing to worry about
        self.add("0070", None, NAMED["sara"].code, "01", months_ago=5, premium=1_840_000)
        for place in workshops:
            if (place.code, place.branch) == KAVEHS_WORKSHOP or rng.random() > SHARE_OF_WORKSHOPS_IN_DEBT:
                continue
            if place.employer:
                careers.open_file(people[place.employer], place.branch, Kind.SELF_EMPLOYED, ordinal(AS_OF) - 60)
            for _ in range(rng.choice((1, 1, 2, 4))):
                ago = rng.randint(3, 90)
                self.add(place.branch, place.code, place.employer, rng.choice(STEPS), ago, settled=rng.random() < 0.3)
        for file in careers.memberships:
            if file.person not in CAST and rng.random() < SHARE_OF_PERSONS_IN_DEBT:
                step = rng.choice(STEPS[:3])
                self.add(file.branch, None, file.person, step, rng.randint(3, 40), settled=rng.random() < 0.4)

    def add(
        self,
        branch: str,
        workshop: str | None,
        debtor: str | None,
        step: str,
        months_ago: int,
        *,
        settled: bool = False,
        premium: int | None = None,
    ) -> None:
        rng = self._rng
        until = ordinal(AS_OF) - months_ago
        since = until - rng.randint(0, 11)
        month = daily_minimum_wage(until) * 30
        premium = premium or int(month * 0.27 * rng.randint(1, 40 if workshop else 3))
        unemployment = premium // 9 if workshop else 0
        penalty = int(premium * rng.choice((0, 0, 0.02, 0.1)))
        issued = _days_back(first_of(until + 2), rng.randint(0, 20))
        unserved = step == "01" and rng.random() < 0.3
        served = None if unserved else _not_after_today(days_later(issued, DAYS_TO_SERVE))
        debt = Debt(
            number=f"{branch}{len(self.made) + 10_000_001:08}",
            branch=branch,
            workshop=workshop,
            debtor=debtor,
            reason=rng.choice(DEBT_REASONS),
            since=since,
            until=until,
            issued=issued,
            served=served,
            ruled=_not_after_today(days_later(served, DAYS_TO_RULE)) if served and step != STEPS[0] else None,
            premium=premium,
            unemployment=unemployment,
            other=penalty,
            remain=0,
            step=step,
        )
        debt.ledger = self._ledger(debt, settled=settled)
        debt.remain = debt.ledger[-1].balance
        debt.orders = self._orders_of(debt)
        self.made.append(debt)

    def _ledger(self, debt: Debt, *, settled: bool) -> list[LedgerLine]:
        rng = self._rng
        entries = [("C", debt.premium + debt.unemployment, "ثبت بدهی")]
        if debt.other:
            entries.append(("P", debt.other, "جریمه تأخیر"))
        total = debt.premium + debt.unemployment + debt.other
        if settled and rng.random() < 0.4:
            forgiven = max(1, total // 20)
            entries += [("A", -forgiven, "بخشودگی جریمه"), ("V", forgiven - total, "پرداخت کامل")]
        elif settled:
            entries += [("V", -(total // 2), "قسط اول"), ("V", total // 2 - total, "قسط دوم")]
        elif rng.random() < 0.5:
            entries += [("V", -(total // rng.randint(3, 9)), "پرداخت علی‌الحساب") for _ in range(rng.randint(1, 3) - 1)]
        lines: list[LedgerLine] = []
        balance = 0
        for number, (kind, amount, text) in enumerate(entries):
            balance += amount
            date = _not_after_today(days_later(debt.issued, 17 * number))
            lines.append(LedgerLine(date=date, kind=kind, amount=amount, balance=balance, text=text))
        return lines

    def _orders_of(self, debt: Debt) -> list[Order]:
        reached = STEPS.index(debt.step)
        kinds = [NOTICE, *([WARNING] if reached >= 1 else ()), *([EXECUTION] if reached >= 3 else ())]
        if self._rng.random() < 0.3:
            kinds.append(STATEMENT)
        amount = debt.premium + debt.unemployment + debt.other
        orders = []
        for number, kind in enumerate(kinds):
            self._orders += 1
            issued = _not_after_today(days_later(debt.issued, DAYS_BETWEEN_STEPS * number))
            served = debt.served if number == 0 else _not_after_today(days_later(issued, DAYS_TO_SERVE))
            orders.append(
                Order(
                    number=f"{debt.branch}{self._orders:08}",
                    kind=kind,
                    issued=issued,
                    served=served,
                    amount=debt.remain if kind == STATEMENT else amount,
                )
            )
        return orders


def _not_after_today(date: Date) -> Date:
    return min(date, AS_OF)


def _days_back(date: Date, days: int) -> Date:
    return days_later(date, -days)
