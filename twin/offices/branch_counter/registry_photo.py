"""Photos: of whoever the registry shows."""

from collections.abc import Mapping
from typing import Any

from twin.offices.desk import Decision, Desk
from twin.offices.records import known
from twin.world import World


def decide(world: World, applicant: str, form: Mapping[str, Any]) -> Decision:
    subject = known(world, form["subjectCode"])
    if subject is None or subject.withheld:
        return Decision(False, "عکسی از ثبت احوال دریافت نشد.")
    return Decision(True, "عکس دریافت و در پرونده درمانی ثبت شد.")


DESK = Desk(path="registry-photo", decide=decide)
