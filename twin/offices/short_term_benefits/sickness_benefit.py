"""Sickness benefit: by the days, to those who work."""

from collections.abc import Mapping
from typing import Any

from twin.offices.desk import Decision, Desk
from twin.offices.records import date_of, days_from, files_of, number_of
from twin.world import Kind, World

LONGEST = 60  # days that this desk grants without a further paper; invented


def decide(world: World, applicant: str, form: Mapping[str, Any]) -> Decision:
    if not any(file.kind is Kind.COMPULSORY and file.status == "A" for file in files_of(world, applicant)):
        return Decision(False, "متقاضی در ایام بیماری شاغل نبوده است.")
    since, until = date_of(form.get("fromDate")), date_of(form.get("toDate"))
    days = days_from(since, until) if since and until else 0
    if not 0 < days <= LONGEST:
        return Decision(False, "مدت بیماری پذیرفته نشد.")
    results = {"days": str(days), "paymentDocument": number_of("SD", applicant, since, until)}
    return Decision(True, "غرامت دستمزد ایام بیماری برقرار و سند پرداخت آن صادر شد.", results)


DESK = Desk(path="sickness", decide=decide)
