"""The office over its forms, which are found by their place."""

from contextlib import AbstractAsyncContextManager

from adapters.outbound.case_files.forms import Form
from adapters.outbound.case_files.office import CaseOffice, open_office
from adapters.short_term_benefits.settings import ShortTermBenefitsSettings
from gateway.domain.clock import Clock
from gateway.domain.failure import Source
from gateway.domain.found import found_in


def connect(settings: ShortTermBenefitsSettings, clock: Clock) -> AbstractAsyncContextManager[CaseOffice]:
    """Opens the pool; asks nobody."""
    forms = found_in("adapters.short_term_benefits.forms", "FORM", Form)
    return open_office(Source.SHORT_TERM_BENEFITS, settings, forms, clock)
