"""The daughters' undertaking: of unmarried women who draw a pension after a parent."""

from collections.abc import Mapping
from typing import Any

from twin.offices.desk import Decision, Desk
from twin.offices.records import known, pension_of
from twin.world import World


def decide(world: World, applicant: str, form: Mapping[str, Any]) -> Decision:
    person, pension = known(world, applicant), pension_of(world, applicant)
    after_a_parent = pension is not None and pension.kind == "S" and person is not None and person.spouse is None
    if person is None or not person.female or not after_a_parent:
        return Decision(False, "مستمری فرزند دختر احراز نشد.")
    return Decision(True, "تعهدنامه ثبت شد و پوشش بیمه ادامه می‌یابد.")


DESK = Desk(path="daughter-undertaking", decide=decide)
