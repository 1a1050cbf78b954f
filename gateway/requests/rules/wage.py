"""The wage that a special insurance goes by, as its applicant chooses it."""

from collections.abc import Iterable

from gateway.domain.money import Rial
from gateway.domain.request import Figure, Reason
from gateway.requests.payments.amounts import share
from gateway.requests.rules.reason import broken, figure


def is_a_wage(rule: str, wage: Rial | None) -> Reason | None:
    """The least and the most that can be chosen no source says: the branch decides."""
    if wage is None or wage > 0:
        return None
    return broken(
        rule,
        found=str(wage),
        needed="1 or more",
        source=None,
        fa="دستمزد انتخابی باید بیش از صفر باشد.",
        en="The chosen wage must be more than 0.",
    )


def premium_of(wage: Rial | None, rate: int | None) -> Iterable[Figure]:
    """A month's premium; nothing where the rate, in hundredths of a percent, is not known."""
    if wage is not None and wage > 0 and rate is not None:
        yield figure("monthlyPremium", share(wage, rate), "حق بیمه ماهانه (ریال)", "Monthly premium (rial)")
