"""Survivors' pensions: for the next of kin of an insured person or pensioner who died."""

from collections.abc import Mapping
from typing import Any

from twin.offices.desk import Decision, Desk
from twin.offices.records import DAUGHTER, files_of, known, number_of, pension_of, relation_to
from twin.world import World


def decide(world: World, applicant: str, form: Mapping[str, Any]) -> Decision:
    deceased = known(world, form["deceasedCode"])
    if deceased is None or deceased.death is None or not files_of(world, deceased.code):
        return Decision(False, "فوت بیمه‌شده یا مستمری‌بگیر احراز نشد.")
    if relation_to(world, deceased.code, applicant) != form["relation"]:
        return Decision(False, "نسبت متقاضی با متوفی احراز نشد.")
    survivor = known(world, applicant)
    if form["relation"] == DAUGHTER and survivor is not None and survivor.spouse is not None:
        return Decision(False, "مستمری به فرزند دختر تا پیش از ازدواج تعلق می‌گیرد.")
    if pension_of(world, applicant):
        return Decision(False, "متقاضی خود مستمری دریافت می‌کند.")
    number = number_of("SP", applicant, deceased.code)
    return Decision(True, "مستمری بازماندگان برقرار شد.", {"orderNumber": number})


DESK = Desk(path="survivor-pension", decide=decide)
