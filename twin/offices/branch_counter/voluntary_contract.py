"""Voluntary insurance: a contract for whoever has none yet and is not insured by work."""

from collections.abc import Mapping
from typing import Any

from twin.offices.desk import Decision, Desk
from twin.offices.records import files_of, number_of
from twin.world import World


def decide(world: World, applicant: str, form: Mapping[str, Any]) -> Decision:
    if any(file.status == "A" for file in files_of(world, applicant)):
        return Decision(False, "متقاضی هم‌اکنون بیمه‌شده فعال سازمان است.")
    number = number_of("VC", applicant, form.get("wage"))
    return Decision(True, "قرارداد ادامه بیمه به طور اختیاری بسته شد.", {"contractNumber": number})


DESK = Desk(path="voluntary-contract", decide=decide)
