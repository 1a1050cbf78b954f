from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from adapters.labour_ministry.translate import cases_by_person
from gateway.domain.calendar import Day
from gateway.domain.failure import SourceIncoherent
from gateway.domain.identifiers import NationalId
from gateway.domain.unemployment import Approval, CaseStage, UnemploymentCase
from tests.adapters.labour_ministry.conftest import MIDNIGHT, PARISA, REZA, SARA, case

SARA_ID, PARISA_ID = NationalId(SARA), NationalId(PARISA)
DAY = 86_400_000


def translated(*rows: Any) -> Mapping[NationalId, UnemploymentCase | SourceIncoherent]:
    return cases_by_person([msgspec.Raw(msgspec.json.encode(row)) for row in rows], [SARA_ID, PARISA_ID])


def of_sara(*rows: Any) -> UnemploymentCase:
    found = translated(*rows)[SARA_ID]
    assert isinstance(found, UnemploymentCase)
    return found


def test_a_row_becomes_a_case() -> None:
    assert of_sara(case(registeredAt=1_774_038_600_000, referredAt=1_774_038_600_000 + DAY)) == UnemploymentCase(
        national_id=SARA_ID,
        tracking_code="UB-1404-0001234",
        stage=CaseStage.REFERRED_TO_SSO,
        approval=Approval.GRANTED,
        registered_on=Day(1405, 1, 1),  # 2026-03-20T20:30Z, midnight in Tehran on 21 March
        referred_on=Day(1405, 1, 2),
        lost_job_on=Day(1404, 6, 12),
        married=True,
        dependants=2,
        drawn_months=3,
    )


@pytest.mark.parametrize("code", [SARA, SARA.lstrip("0"), int(SARA)])
def test_a_code_that_lost_its_zeros_is_found_under_its_misspelt_key(code: str | int) -> None:
    assert of_sara(case(natinoalCode=code)).national_id == SARA_ID


@pytest.mark.parametrize("marker", [None, 0, "null", "", "0"])
def test_empty_moments_are_none(marker: str | int | None) -> None:
    found = of_sara(case(registeredAt=marker, referredAt=marker, jobLossDate=marker))
    assert (found.registered_on, found.referred_on, found.lost_job_on) == (None, None, None)


@pytest.mark.parametrize("stage", [stage.value for stage in CaseStage])
@pytest.mark.parametrize("approval", [approval.value for approval in Approval])
def test_every_stage_meets_every_approval_withdrawn_ones_too(stage: str, approval: str) -> None:
    found = of_sara(case(stage=stage, approval=approval))
    assert (found.stage.value, found.approval.value) == (stage, approval)


def test_a_person_listed_twice_has_the_newest_case_and_all_drawn_months() -> None:
    older = case(trackingCode="UB-1", registeredAt=MIDNIGHT - 90 * DAY, stage="EXHAUSTED", paidMonths=6)
    undated = case(trackingCode="UB-0", registeredAt=None, paidMonths=1)
    for rows in ([older, case(), undated], [undated, case(), older]):
        found = of_sara(*rows)
        assert (found.tracking_code, found.stage) == ("UB-1404-0001234", CaseStage.REFERRED_TO_SSO)
        assert found.drawn_months == 10
        assert found.also_registered_as == ("UB-1", "UB-0")


def test_one_registration_seen_on_two_pages_draws_its_months_once() -> None:
    found = of_sara(case(), case())
    assert (found.drawn_months, found.also_registered_as) == (3, ())


def test_the_ministrys_count_of_dependants_is_kept_uncapped() -> None:
    assert of_sara(case(dependantCount=7)).dependants == 7


@pytest.mark.parametrize(
    "changes",
    [
        {"stage": "LOST"},
        {"approval": "MAYBE"},
        {"maritalStatus": "?"},
        {"jobLossDate": "14041301"},
        {"registeredAt": 10**18},
        {"dependantCount": -1},
        {"paidMonths": 10**15},
        {"paidMonths": None},
        {"trackingCode": ""},
        {"trackingCode": None},
    ],
)
def test_a_row_that_makes_no_sense_costs_its_person_and_nobody_else(changes: dict[str, Any]) -> None:
    said = translated(case(**changes), case(natinoalCode=PARISA))
    failure = said[SARA_ID]
    assert isinstance(failure, SourceIncoherent)
    assert SARA.lstrip("0") not in str(failure)
    assert isinstance(said[PARISA_ID], UnemploymentCase)


def test_rows_about_others_are_dropped_unread() -> None:
    assert set(translated(case(), case(natinoalCode=REZA, stage="LOST"))) == {SARA_ID}


def test_a_row_that_names_nobody_costs_all() -> None:
    with pytest.raises(SourceIncoherent, match="names nobody"):
        translated(case(), {"nationalCode": SARA})
