"""Objections about the marriage allowance: of whoever is married and was insured by work then."""

from collections.abc import Mapping
from typing import Any

from twin.jalali import ordinal
from twin.offices.desk import Decision, Desk
from twin.offices.records import known, number_of
from twin.world import Kind, World


def decide(world: World, applicant: str, form: Mapping[str, Any]) -> Decision:
    person = known(world, applicant)
    if person is None or person.married_on is None:
        return Decision(False, "ازدواج متقاضی احراز نشد.")
    month = ordinal(person.married_on)
    worked = any(
        spell.person == applicant and spell.kind is Kind.COMPULSORY and spell.since <= month <= spell.until
        for spell in world.spells
    )
    if not worked:
        return Decision(False, "متقاضی در تاریخ ثبت ازدواج شاغل کارگاه مشمول نبوده است.")
    number = number_of("MA", applicant, person.married_on)
    return Decision(True, "اعتراض پذیرفته و سند پرداخت کمک‌هزینه صادر شد.", {"paymentDocument": number})


DESK = Desk(path="marriage-objection", decide=decide)
