"""Registration of dependants: whom the family knows in that relation."""

from collections.abc import Mapping
from typing import Any

from twin.offices.desk import Decision, Desk
from twin.offices.records import relation_to, written
from twin.world import AS_OF, World


def decide(world: World, applicant: str, form: Mapping[str, Any]) -> Decision:
    if relation_to(world, applicant, form["dependantCode"]) != form["relation"]:
        return Decision(False, "نسبت این فرد با بیمه‌شده احراز نشد.")
    return Decision(True, "فرد تبعی ثبت شد.", {"since": written(AS_OF)})


DESK = Desk(path="dependant", decide=decide)
