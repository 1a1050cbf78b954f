"""Military service: credited to men, by its days."""

from collections.abc import Mapping
from typing import Any

from twin.offices.desk import Decision, Desk
from twin.offices.records import date_of, days_from, known
from twin.world import World


def decide(world: World, applicant: str, form: Mapping[str, Any]) -> Decision:
    person = known(world, applicant)
    since, until = date_of(form.get("fromDate")), date_of(form.get("toDate"))
    days = days_from(since, until) if since and until else 0
    if person is None or person.female or days == 0:
        return Decision(False, "خدمت سربازی متقاضی احراز نشد.")
    return Decision(True, "ایام خدمت سربازی پس از پرداخت حق بیمه به سابقه افزوده می‌شود.", {"days": str(days)})


DESK = Desk(path="military-service", decide=decide)
