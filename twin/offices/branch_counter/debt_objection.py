"""The board hears an objection and takes the penalty out of a debt that has one; else the claim stands."""

from collections.abc import Mapping
from typing import Any

from twin.offices.desk import Decision, Desk
from twin.offices.workshops import debts_of, workshop_of
from twin.world import World


def decide(world: World, _applicant: str, form: Mapping[str, Any]) -> Decision:
    workshop = workshop_of(world, form)
    found = debts_of(world, workshop, [form.get("debitNumber", "")]) if workshop else []
    if not found or form.get("objectionType") not in {1, 2, 3}:
        return Decision(False, "بدهی یا نوع اعتراض شناخته نشد.")
    [debt] = found
    owed = debt.premium + debt.unemployment
    ruling = {"rulingNumber": f"R-{debt.number}-{form['objectionType']}"}
    if not debt.other:
        return Decision(False, "هیئت اعتراض را وارد ندانست و بدهی تأیید شد.", ruling)
    return Decision(True, "هیئت جریمه را حذف کرد و بدهی اصلاح شد.", {**ruling, "recalculatedAmount": str(owed)})


DESK = Desk(path="debit-objection", decide=decide, hearing=True)
