"""What the offices are told of a request, by their own names; what was not said is left out."""

import importlib
from typing import Any

import pytest

from adapters.outbound.case_files.forms import Form
from gateway.domain.calendar import Day
from gateway.domain.dependent import Relation
from gateway.domain.money import rial
from gateway.domain.office import Delivery, Enclosure
from gateway.domain.services import SERVICES
from gateway.domain.services.dependency import SupportedRelation
from gateway.domain.services.self_employed_contract import PremiumLevel, SelfEmployedGroup
from gateway.requests.assessing import details_from
from tests.resolvers.conftest import MINA, REZA, SARA

SINCE, UNTIL = Day.parse("1400-01-02"), Day.parse("1401-12-29")
WAGE = rial(150_000_000)
FORMS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("short_term_benefits", "FUNERAL_GRANT", {"deceased": REZA}, {"deceasedCode": REZA.digits}),
    (
        "short_term_benefits",
        "SICKNESS_BENEFIT",
        {"since": SINCE, "until": UNTIL},
        {"fromDate": 14000102, "toDate": 14011229},
    ),
    ("short_term_benefits", "MARRIAGE_ALLOWANCE_OBJECTION", {"text": " واریز نشد "}, {"text": "واریز نشد"}),
    (
        "branch_counter",
        "MILITARY_SERVICE_CREDIT",
        {"since": SINCE, "until": UNTIL},
        {"fromDate": 14000102, "toDate": 14011229},
    ),
    ("branch_counter", "VOLUNTARY_CONTRACT", {"monthly_wage": WAGE}, {"wage": 150_000_000}),
    (
        "branch_counter",
        "SELF_EMPLOYED_CONTRACT",
        {
            "group": SelfEmployedGroup.STUDENT,
            "level": PremiumLevel.RETIREMENT_DEATH_AND_DISABILITY,
            "monthly_wage": WAGE,
        },
        {"group": 4, "percent": 18, "wage": 150_000_000},
    ),
    ("branch_counter", "PART_MONTH_CONTRACT", {"year": 1404, "half": 2, "agrees": True}, {"year": 1404, "half": 2}),
    (
        "branch_counter",
        "DEPENDANT_REGISTRATION",
        {"dependant": MINA, "birth": SINCE, "relation": Relation.DAUGHTER},
        {"dependantCode": MINA.digits, "birthDate": 14000102, "relation": "04"},
    ),
    (
        "branch_counter",
        "DEPENDENCY",
        {
            "candidate": REZA,
            "birth": SINCE,
            "relation": SupportedRelation.FATHER,
            "supports": True,
            "commission_file": "CM-1",
        },
        {"candidateCode": REZA.digits, "birthDate": 14000102, "relation": "05", "commissionFile": "CM-1"},
    ),
    ("branch_counter", "UNEMPLOYMENT_BENEFIT", {}, {"labourCase": "NEWEST"}),
    (
        "branch_counter",
        "SURVIVOR_PENSION",
        {"deceased": REZA, "relation": Relation.WIFE},
        {"deceasedCode": REZA.digits, "relation": "01"},
    ),
    ("branch_counter", "DAUGHTER_UNDERTAKING", {"undertakes": True, "address": " تهران "}, {"address": "تهران"}),
    ("branch_counter", "REGISTRY_PHOTO", {}, {"subjectCode": SARA.digits}),
    ("branch_counter", "REGISTRY_PHOTO", {"subject": MINA}, {"subjectCode": MINA.digits}),
]


def form_of(office: str, service: str) -> Form:
    form: Form = importlib.import_module(f"adapters.{office}.forms.{service.lower()}").FORM
    return form


@pytest.mark.parametrize(("office", "service", "said", "expected"), FORMS)
def test_a_form_says_what_was_said_by_the_offices_names(
    office: str, service: str, said: dict[str, Any], expected: dict[str, Any]
) -> None:
    details = SERVICES[service].details(applicant=SARA, documents=("d",), **said)
    delivery = Delivery(
        service=service,
        reference="0" * 32,
        tracking_code="116314170531",
        details=details_from(details),
        enclosures=(Enclosure(id="d", media_type="application/pdf", content=b"%PDF-1.4"),),
    )
    case = form_of(office, service).case_of(delivery)
    assert case.form == expected
    assert (case.applicant_code, case.tracking_code, len(case.documents)) == (SARA.digits, "116314170531", 1)
    assert SARA.digits not in repr(case)
