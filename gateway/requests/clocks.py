"""The clocks of a request: the service level, in working days, and the terms of law, in days."""

import datetime
from dataclasses import dataclass

from gateway.domain.request import ServiceRequest
from gateway.domain.working_days import WorkingDays
from gateway.requests.settings import Terms


@dataclass(frozen=True, slots=True)
class ServiceLevel:
    """`due` is the end of the last working day; `late` whether it passed, or the end came, after it."""

    working_days: int
    due: datetime.datetime
    late: bool


@dataclass(frozen=True, slots=True)
class Clocks:
    working_days: WorkingDays

    def service_level(self, request: ServiceRequest, terms: Terms, now: datetime.datetime) -> ServiceLevel | None:
        """None where the term is not known. A request that is closed is judged by when it was."""
        if terms.service_days is None:
            return None
        due = self.working_days.after(request.accepted_at, terms.service_days)
        until = now if request.is_open else request.steps[-1].at
        return ServiceLevel(terms.service_days, due, late=until >= due)


def term(days: int | None, begins: datetime.datetime) -> datetime.datetime | None:
    """The end of a term of law, in calendar days; None where it is not known."""
    return begins + datetime.timedelta(days=days) if days is not None else None
