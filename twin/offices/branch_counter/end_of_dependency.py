"""The end of a dependency, told by the gateway's monthly cycle: entered where the branch lists the person so."""

from collections.abc import Mapping
from typing import Any

from twin.offices.desk import Decision, Desk
from twin.world import World


def _decide(world: World, applicant: str, form: Mapping[str, Any]) -> Decision:
    listed = any(
        bail.covered and (bail.supporter, bail.person, bail.branch) == (applicant, form["personCode"], form["branch"])
        for bail in world.bails
    )
    if not listed:
        return Decision(approved=False, note="فرد معرفی‌شده در این شعبه تحت کفالت نیست.")
    return Decision(approved=True, note="پایان کفالت ثبت شد.", results={"endsOn": str(form["endsOn"])})


DESK = Desk(path="end-of-dependency", decide=_decide)
