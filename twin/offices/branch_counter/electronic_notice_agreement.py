"""A workshop's agreement to electronic notice: the branch takes it from whoever acts for a workshop of its own."""

from collections.abc import Mapping
from typing import Any

from twin.offices.desk import Decision, Desk
from twin.offices.workshops import workshop_of
from twin.world import World


def decide(world: World, _applicant: str, form: Mapping[str, Any]) -> Decision:
    workshop = workshop_of(world, form)
    if workshop is None:
        return Decision(False, "کارگاهی با این مشخصات در این شعبه نیست.")
    if form.get("accepted") is not True or not form.get("mobileNo"):
        return Decision(False, "توافق‌نامه کامل نیست.")
    number = f"{workshop.branch}-{workshop.code}"
    return Decision(True, "توافق‌نامه ابلاغ الکترونیکی ثبت شد.", {"agreementNumber": number})


DESK = Desk(path="employer-agreement", decide=decide)
