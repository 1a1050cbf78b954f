"""What the offices' adapters say and what the offices of the twin take fit together, file by file."""

from typing import TypeVar

import pytest

from adapters.branch_counter.source import NOTICES
from adapters.outbound.case_files.forms import Form
from gateway.domain.failure import Source
from gateway.domain.found import found_in
from gateway.domain.service import Service
from gateway.domain.services import SERVICES
from gateway.requests.assessing import Rules
from gateway.requests.services import RULES
from gateway.schema.services import ASKED
from twin.offices.desk import desks_of

T = TypeVar("T")
OFFICES = {"branch_counter": Source.BRANCH_COUNTER, "short_term_benefits": Source.SHORT_TERM_BENEFITS}


@pytest.mark.parametrize("office", OFFICES)
def test_every_service_of_an_office_has_a_form_and_a_desk_there(office: str) -> None:
    forms = found_in(f"adapters.{office}.forms", "FORM", Form)
    named = {name for name, service in _files().items() if service.office is OFFICES[office]}
    assert set(forms) == named, "a form has the file name of its service"
    told = {form.path for form in NOTICES.values() if form.service.office is OFFICES[office]}
    assert {form.path for form in forms.values()} | told == set(desks_of(office))
    assert not told & {form.path for form in forms.values()}


def test_every_service_stands_on_every_floor_under_one_name() -> None:
    services = set(_files())
    assert {name for name, _ in _modules("gateway.requests.services", "RULES", Rules)} == services
    assert set(ASKED) == services
    assert {rules.service.name for rules in RULES.values()} == set(SERVICES)
    assert all(SERVICES[name.upper()].name == name.upper() for name in services)


def _files() -> dict[str, Service]:
    return dict(_modules("gateway.domain.services", "SERVICE", Service))


def _modules(package: str, name: str, kind: type[T]) -> list[tuple[str, T]]:
    return list(found_in(package, name, kind).items())
