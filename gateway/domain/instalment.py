"""Debts in monthly instalments: what each month costs (Art. 46; domain.md 2.8)."""

import msgspec

from gateway.domain.money import Rial, rial

MOST_MONTHS = 36
"""Monthly instalments at most."""

PERCENT_A_YEAR = 12
"""On the balance."""


class Instalment(msgspec.Struct, frozen=True, kw_only=True):
    """One month. `charge` is on what is owed before it; `amount` = principal + charge. In rial."""

    number: int
    principal: Rial
    charge: Rial

    @property
    def amount(self) -> Rial:
        return rial(self.principal + self.charge)


class InstalmentPlan(msgspec.Struct, frozen=True, kw_only=True):
    """`principal` is what is owed today, in rial."""

    principal: Rial
    instalments: tuple[Instalment, ...]

    @property
    def months(self) -> int:
        return len(self.instalments)

    @property
    def charge(self) -> Rial:
        return rial(sum(one.charge for one in self.instalments))

    @property
    def total(self) -> Rial:
        return rial(self.principal + self.charge)


def plan_of(principal: Rial, months: int) -> InstalmentPlan:
    """Equal parts of what is owed, each with a month's charge on the balance before it.

    The law says 12 % a year on the balance, and no more: that the parts are equal, that the last one takes what the
    division leaves, and that a charge is rounded to the nearest rial (a half up) is ours. Raises ValueError unless
    something is owed and there are 1 to 36 months.
    """
    if principal <= 0 or not 1 <= months <= MOST_MONTHS:
        raise ValueError("a plan needs something owed, and 1 to 36 months")
    part, rest = divmod(principal, months)
    instalments = []
    balance = int(principal)
    for number in range(1, months + 1):
        due = part + (rest if number == months else 0)
        charge = (balance * PERCENT_A_YEAR + 600) // 1_200  # a twelfth of a year, in hundredths
        instalments.append(Instalment(number=number, principal=rial(due), charge=rial(charge)))
        balance -= due
    return InstalmentPlan(principal=principal, instalments=tuple(instalments))
