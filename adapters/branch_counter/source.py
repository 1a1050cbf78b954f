"""The office over its forms, which are found by their place."""

from contextlib import AbstractAsyncContextManager

from adapters.branch_counter.settings import BranchCounterSettings
from adapters.outbound.case_files.forms import Form
from adapters.outbound.case_files.office import CaseOffice, open_office
from gateway.domain.clock import Clock
from gateway.domain.failure import Source
from gateway.domain.found import found_in


def connect(settings: BranchCounterSettings, clock: Clock) -> AbstractAsyncContextManager[CaseOffice]:
    """Opens the pool; asks nobody."""
    forms = found_in("adapters.branch_counter.forms", "FORM", Form)
    return open_office(Source.BRANCH_COUNTER, settings, forms, clock)
