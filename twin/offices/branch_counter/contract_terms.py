"""The branch takes the terms of a contract; it knows the rate of civil-works consulting, and looks into the others."""

from collections.abc import Mapping
from typing import Any

from twin.offices.desk import Decision, Desk
from twin.offices.workshops import workshop_of
from twin.world import World

CONSULTING = 1


def decide(world: World, _applicant: str, form: Mapping[str, Any]) -> Decision:
    amount = form.get("amountRial")
    if workshop_of(world, form) is None or not form.get("terms") or not isinstance(amount, int):
        return Decision(False, "مشخصات پیمان کامل نیست.")
    if form.get("contractKind") != CONSULTING:
        return Decision(True, "شرایط پیمان ثبت شد؛ حق بیمه آن جداگانه محاسبه می‌شود.")
    premium = int(amount * 14 / 100 + amount * 16 / 1000 + 0.5)
    return Decision(True, "شرایط پیمان ثبت شد.", {"contractPremium": str(premium)})


DESK = Desk(path="contract-terms", decide=decide)
