"""The office over its forms, which are found by their place."""

from contextlib import AbstractAsyncContextManager
from typing import Any

from adapters.branch_counter.settings import BranchCounterSettings
from adapters.outbound.case_files.forms import Form
from adapters.outbound.case_files.office import CaseOffice, open_office
from gateway.domain.clock import Clock
from gateway.domain.dependency import END_OF_DEPENDENCY, EndOfDependency
from gateway.domain.failure import Source
from gateway.domain.found import found_in


def _end_of_dependency(said: EndOfDependency) -> dict[str, Any]:
    return {
        "personCode": said.person.digits,
        "branch": said.branch.digits,
        "endsOn": said.on.jalali.replace("-", ""),
        "ground": said.ground.value,
    }


# What the office is told without anybody asking for it.
NOTICES = {
    "end_of_dependency": Form(service=END_OF_DEPENDENCY, path="end-of-dependency", fields=_end_of_dependency),
}


def connect(settings: BranchCounterSettings, clock: Clock) -> AbstractAsyncContextManager[CaseOffice]:
    """Opens the pool; asks nobody."""
    forms = {**found_in("adapters.branch_counter.forms", "FORM", Form), **NOTICES}
    return open_office(Source.BRANCH_COUNTER, settings, forms, clock)
