"""Part-months: a contract for a half-year in which the applicant was insured by work."""

from collections.abc import Mapping
from typing import Any

from twin.offices.desk import Decision, Desk
from twin.offices.records import number_of
from twin.world import Kind, World


def decide(world: World, applicant: str, form: Mapping[str, Any]) -> Decision:
    first = int(form["year"]) * 12 + (0 if form["half"] == 1 else 6)
    worked = any(
        spell.person == applicant
        and spell.kind is Kind.COMPULSORY
        and spell.since <= first + 5
        and spell.until >= first
        for spell in world.spells
    )
    if not worked:
        return Decision(False, "در این نیم‌سال سابقه‌ای برای تکمیل ثبت نشده است.")
    number = number_of("PM", applicant, form["year"], form["half"])
    note = "قرارداد تکمیل سوابق کسری از ماه بسته شد؛ حق بیمه آن در پایان نیم‌سال پرداخت می‌شود."
    return Decision(True, note, {"contractNumber": number})


DESK = Desk(path="part-month-contract", decide=decide)
