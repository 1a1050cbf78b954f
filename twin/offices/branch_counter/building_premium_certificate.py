"""The branch certifies that a building's premium was paid, where nothing is left of its claim on the applicant."""

from collections.abc import Mapping
from typing import Any

from twin.offices.desk import Decision, Desk
from twin.world import World


def decide(world: World, applicant: str, form: Mapping[str, Any]) -> Decision:
    wanted = (form.get("debitNumber"), form.get("branchCode"), applicant)
    debt = next((one for one in world.debts if (one.number, one.branch, one.debtor) == wanted), None)
    if debt is None or not form.get("fileNumber"):
        return Decision(False, "پرونده‌ای با این مشخصات در شعبه نیست.")
    if debt.remain:
        return Decision(False, "حق بیمه ساختمان پرداخت نشده است.")
    number = f"{debt.branch}/{form['fileNumber']}"
    return Decision(True, "گواهی پرداخت حق بیمه ساختمانی صادر شد.", {"buildingCertificateNumber": number})


DESK = Desk(path="bld-request-services", decide=decide)
