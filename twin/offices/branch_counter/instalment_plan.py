"""The branch grants instalments of debts before their execution order, at 12 % a year on the balance."""

from collections.abc import Mapping
from typing import Any

from twin.offices.desk import Decision, Desk
from twin.offices.workshops import debts_of, workshop_of
from twin.world import World

EXECUTION = "04"


def decide(world: World, _applicant: str, form: Mapping[str, Any]) -> Decision:
    workshop, numbers = workshop_of(world, form), form.get("debitNumbers") or []
    found = debts_of(world, workshop, numbers) if workshop else []
    months = form.get("installmentNumber")
    if len(found) != len(numbers) or not found or not isinstance(months, int) or not 1 <= months <= 36:
        return Decision(False, "درخواست تقسیط کامل نیست.")
    if any(debt.step >= EXECUTION for debt in found):
        return Decision(False, "برای بدهی اجرائیه صادر شده است.")
    owed = sum(debt.remain for debt in found)
    first, total = _paid(owed, months)
    return Decision(
        True,
        "با تقسیط بدهی موافقت شد؛ با پرداخت نشدن یک قسط، همه مانده بدهی یکجا مطالبه می‌شود.",
        {"planNumber": f"I-{found[0].number}", "firstInstalment": str(first), "totalWithCharge": str(total)},
    )


def _paid(owed: int, months: int) -> tuple[int, int]:
    """The first instalment, and all of them: one per cent a month on what is left, to the nearest rial."""
    part = owed // months
    charges = [int((owed - part * gone) / 100 + 0.5) for gone in range(months)]
    first = (owed if months == 1 else part) + charges[0]
    return first, owed + sum(charges)


DESK = Desk(path="debit-installment", decide=decide)
