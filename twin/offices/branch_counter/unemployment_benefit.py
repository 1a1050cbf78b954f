"""Unemployment benefit: for whom the ministry has referred and not withdrawn."""

from collections.abc import Mapping
from typing import Any

from twin.offices.desk import Decision, Desk
from twin.offices.records import number_of
from twin.world import World


def decide(world: World, applicant: str, form: Mapping[str, Any]) -> Decision:
    cases = [case for case in world.cases if case.person == applicant]
    newest = max(cases, key=lambda case: (case.registered, case.tracking), default=None)
    if newest is None or (newest.stage, newest.approval) != ("REFERRED_TO_SSO", "GRANTED"):
        return Decision(False, "معرفی‌نامه معتبری از اداره کار نرسیده است.")
    return Decision(True, "مقرری بیمه بیکاری برقرار شد.", {"orderNumber": number_of("UO", applicant, newest.tracking)})


DESK = Desk(path="unemployment-benefit", decide=decide)
