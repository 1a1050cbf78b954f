"""How an office's own form says the details of a service, and which of its results are passed on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from adapters.outbound.case_files.translate import documents_from
from adapters.outbound.case_files.wire import CaseOnTheWire
from gateway.domain.access import Wording
from gateway.domain.calendar import Day
from gateway.domain.dependent import Relation
from gateway.domain.office import Delivery
from gateway.domain.service import Details, Service

RELATIONS: Mapping[Relation, str] = {
    Relation.WIFE: "01",
    Relation.HUSBAND: "02",
    Relation.SON: "03",
    Relation.DAUGHTER: "04",
    Relation.FATHER: "05",
    Relation.MOTHER: "06",
}
"""As the branches number them."""


def yyyymmdd(day: Day | None) -> int | None:
    return None if day is None else day.year * 10_000 + (day.month or 0) * 100 + (day.day or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """`path` is the office's name of the service; `fields` says the details as it writes them: digits of identifiers,
    numbers, Jalali yyyymmdd. `results`: by the office's names, in words."""

    service: Service
    path: str
    fields: Callable[[Any], Mapping[str, object]]
    results: Mapping[str, Wording] = field(default_factory=dict)

    def case_of(self, delivery: Delivery) -> CaseOnTheWire:
        said: Details = msgspec.json.decode(delivery.details, type=self.service.details)
        return CaseOnTheWire(
            reference=delivery.reference,
            tracking_code=delivery.tracking_code,
            applicant_code=said.applicant.digits,
            form={name: value for name, value in self.fields(said).items() if value is not None},
            documents=documents_from(delivery.enclosures),
        )
