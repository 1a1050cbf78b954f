"""The branch issues a clearance certificate, with a serial of seven digits, for a contract of a workshop of its own.

A row 000 is the workshop itself, no contract of it: it is refused.
"""

import zlib
from collections.abc import Mapping
from typing import Any

from twin.offices.desk import Decision, Desk
from twin.offices.workshops import workshop_of
from twin.world import World


def decide(world: World, _applicant: str, form: Mapping[str, Any]) -> Decision:
    workshop = workshop_of(world, form)
    if workshop is None or not form.get("contractNumber") or not form.get("letno"):
        return Decision(False, "مشخصات پیمان کامل نیست.")
    if form.get("contractRow") == "000":
        return Decision(False, "پیمانی با این ردیف برای کارگاه ثبت نشده است.")
    named = f"{workshop.code}{form['contractRow']}{form['contractNumber']}"
    serial = f"{zlib.crc32(named.encode()) % 10_000_000:07}"
    return Decision(True, "مفاصاحساب صادر شد.", {"clearanceSerial": serial})


DESK = Desk(path="requestissuanceinvoices38", decide=decide)
