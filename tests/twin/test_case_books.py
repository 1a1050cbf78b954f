"""An office's books: what its desk decides stands in the file, granted or refused, and nowhere else."""

import pytest

from twin.clock import Clock
from twin.offices.books import Case, CaseBooks, CaseFile
from twin.offices.desk import Decision, Desk
from twin.population import build_world

GRANTS = Desk(path="grants", decide=lambda world, applicant, form: Decision(True, "پذیرفته شد.", {"number": "1"}))
REFUSES = Desk(path="refuses", decide=lambda world, applicant, form: Decision(False, "رد شد.", {"ruling": "7"}))


def opened(desk: Desk) -> tuple[CaseBooks, CaseFile]:
    books = CaseBooks(build_world(1, 20), "T", Clock())
    case = Case(reference="r", tracking_code="t", applicant_code="0013542419", form={}, documents=[])
    return books, books.open(case, desk)


@pytest.mark.parametrize(
    ("desk", "state", "results"), [(GRANTS, "APPROVED", {"number": "1"}), (REFUSES, "REJECTED", {"ruling": "7"})]
)
def test_a_decision_says_its_results_whichever_way_it_goes(desk: Desk, state: str, results: dict[str, str]) -> None:
    books, file = opened(desk)
    books.move_on(file, 0)
    assert (file.state, books.row(file)["results"]) == (state, results)
    assert file.note


def test_who_is_told_to_decide_otherwise_than_the_desk_says_nothing_in_its_name() -> None:
    books, file = opened(GRANTS)
    books.move(file, "REJECTED", note="به دستور رئیس شعبه")
    assert (file.state, file.note, books.row(file)["results"]) == ("REJECTED", "به دستور رئیس شعبه", {})


def test_a_case_that_comes_twice_is_one_file() -> None:
    books, file = opened(GRANTS)
    assert books.open(file.case, GRANTS) is file
    assert (len(books.files), file.received) == (1, 2)
