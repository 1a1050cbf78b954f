"""Funeral grants: one month's minimum wage of the month of death, to the next of kin."""

from collections.abc import Mapping
from typing import Any

from twin.careers import daily_minimum_wage
from twin.jalali import ordinal
from twin.offices.desk import Decision, Desk
from twin.offices.records import files_of, is_linked, known, number_of, relation_to
from twin.world import World

DAYS_OF_A_MONTH = 30


def decide(world: World, applicant: str, form: Mapping[str, Any]) -> Decision:
    deceased = known(world, form["deceasedCode"])
    if deceased is None or deceased.death is None:
        return Decision(False, "فوت این فرد احراز نشد.")
    if relation_to(world, deceased.code, applicant) is None:
        return Decision(False, "نسبت متقاضی با متوفی احراز نشد.")
    if not files_of(world, deceased.code) and not is_linked(world, applicant):
        return Decision(False, "متوفی یا همسر او بیمه‌شده سازمان نبوده است.")
    amount = daily_minimum_wage(ordinal(deceased.death)) * DAYS_OF_A_MONTH
    document = number_of("FD", applicant, deceased.code)
    results = {"amount": str(amount), "paymentDocument": document}
    return Decision(True, "کمک‌هزینه مراسم ترحیم برقرار و سند پرداخت آن صادر شد.", results)


DESK = Desk(path="funeral", decide=decide)
