"""me, person, persons, node and workshop: who may, and what a refusal costs."""

from typing import Any

import pytest

from gateway.domain.caller import Caller, CallerKind
from gateway.domain.failure import Code
from gateway.domain.identifiers import BranchCode, NationalId, WorkshopCode, WorkshopKey
from gateway.domain.refusal import Refused

SARA = NationalId("0013542419")
WORKSHOP = WorkshopKey(WorkshopCode("0070012345"), BranchCode("0070"))

CITIZEN = Caller(kind=CallerKind.CITIZEN, subject=SARA)
EMPLOYER = Caller(kind=CallerKind.EMPLOYER, subject=SARA, workshops=frozenset({WORKSHOP}))
AGENCY = Caller(kind=CallerKind.AGENCY, client="court")
DEVELOPER = Caller(kind=CallerKind.DEVELOPER, client="developer")
OPERATOR = Caller(kind=CallerKind.OPERATOR, client="operator")

HERSELF = '{ person(nationalId: "0013542419") { nationalId } }'
ANOTHER = '{ person(nationalId: "0064982033") { nationalId } }'
ITS_WORKSHOP = '{ workshop(code: "0070012345", branch: "0070") { name } }'
ANOTHER_WORKSHOP = '{ workshop(code: "0070012345", branch: "0960") { name } }'


def refusals(result: Any) -> list[Code]:
    causes = [error.original_error for error in result.errors or ()]
    assert all(isinstance(cause, Refused) for cause in causes), causes
    return [cause.code for cause in causes]


@pytest.mark.parametrize(
    ("caller", "operation", "refused"),
    [
        (CITIZEN, HERSELF, None),
        (CITIZEN, ANOTHER, Code.FORBIDDEN),
        (CITIZEN, ITS_WORKSHOP, Code.FORBIDDEN),
        (EMPLOYER, HERSELF, None),
        (EMPLOYER, ANOTHER, Code.FORBIDDEN),
        (EMPLOYER, ITS_WORKSHOP, None),
        (EMPLOYER, ANOTHER_WORKSHOP, Code.FORBIDDEN),
        (AGENCY, HERSELF, Code.FORBIDDEN),
        (AGENCY, ITS_WORKSHOP, Code.FORBIDDEN),
        (DEVELOPER, ANOTHER, None),
        (DEVELOPER, ANOTHER_WORKSHOP, None),
        (OPERATOR, HERSELF, Code.FORBIDDEN),
        (None, HERSELF, Code.UNAUTHENTICATED),
        (None, ITS_WORKSHOP, Code.UNAUTHENTICATED),
        (None, "{ me { id } }", Code.UNAUTHENTICATED),
        (None, '{ persons(nationalIds: ["0013542419"]) { code } }', Code.UNAUTHENTICATED),
        (None, '{ node(id: "x") { id } }', Code.UNAUTHENTICATED),
    ],
)
async def test_each_caller_sees_what_is_theirs_and_a_refusal_asks_nothing_of_the_other(
    world: Any, caller: Caller | None, operation: str, refused: Code | None
) -> None:
    world.caller = caller
    result = await world.run(operation)
    assert refusals(result) == ([refused] if refused else [])
    if refused:
        of_relation = [("dependents_by_supporter", [SARA])]  # whether the other is a dependant decides the right
        assert world.asked == (of_relation if caller and caller.subject and operation == ANOTHER else [])
        assert set(result.data.values()) == {None}


async def test_me_is_the_subject_and_null_for_callers_who_are_no_person(world: Any) -> None:
    world.caller = CITIZEN
    assert (await world.run("{ me { nationalId } }")).data == {"me": {"nationalId": SARA.digits}}
    world.caller = AGENCY
    result = await world.run("{ me { nationalId } }")
    assert result.data == {"me": None}
    assert not result.errors


async def test_persons_come_in_the_order_asked_each_bad_one_with_its_own_code(world: Any) -> None:
    world.caller = CITIZEN
    result = await world.run(
        """query Q($ids: [PersonRef!]!) { persons(nationalIds: $ids) {
        nationalId code person { nationalId identity { firstName } } } }""",
        ids=["0064982033", "۰۰۱۳۵۴۲۴۱۹", "0013542418", "0013542419", 7],
    )
    assert not result.errors
    herself = {"nationalId": SARA.digits, "identity": {"firstName": "سارا"}}
    assert [(item["nationalId"], item["code"], item["person"]) for item in result.data["persons"]] == [
        ("0064982033", "FORBIDDEN", None),
        ("۰۰۱۳۵۴۲۴۱۹", None, herself),
        ("0013542418", "BAD_USER_INPUT", None),
        ("0013542419", None, herself),
        ("", "BAD_USER_INPUT", None),
    ]
    assert world.asked == [("dependents_by_supporter", [SARA]), ("citizens_by_national_id", [SARA])]


async def test_a_thousand_persons_are_one_question_and_one_more_is_refused(world: Any) -> None:
    operation = "query Q($ids: [PersonRef!]!) { persons(nationalIds: $ids) { person { insurance { status } } } }"
    result = await world.run(operation, ids=[SARA.digits] * 1_000)
    assert len(result.data["persons"]) == 1_000
    assert world.asked == [("insurances_by_person", [SARA])]

    result = await world.run(operation, ids=[SARA.digits] * 1_001)
    assert refusals(result) == [Code.BAD_USER_INPUT]
    assert "nationalIds" in result.errors[0].message
    assert result.data == {"persons": None}


async def test_a_nodes_id_leads_back_to_it_and_holds_no_national_code(world: Any) -> None:
    result = await world.run(
        '{ person(nationalId: "0013542419") { id } workshop(code: "0070012345", branch: "0070") { id } }'
    )
    person, workshop = result.data["person"]["id"], result.data["workshop"]["id"]
    assert person != workshop
    assert SARA.digits not in person
    again = (
        "query Q($id: ID!) { node(id: $id) { __typename id ... on Person { nationalId } ... on Workshop { name } } }"
    )
    assert (await world.run(again, id=person)).data["node"] == {
        "__typename": "Person",
        "id": person,
        "nationalId": SARA.digits,
    }
    assert (await world.run(again, id=workshop)).data["node"]["name"] == "نجاری"

    world.caller = AGENCY
    world.asked.clear()
    for sealed in (person, workshop):
        assert refusals(await world.run(again, id=sealed)) == [Code.FORBIDDEN]
    assert world.asked == []


@pytest.mark.parametrize("garbage", ["", "x", "UGVyc29uOjAwMTM1NDI0MTk=", "سارا", "A" * 5_000])
async def test_an_id_that_was_never_given_is_bad_input(world: Any, garbage: str) -> None:
    result = await world.run("query Q($id: ID!) { node(id: $id) { id } }", id=garbage)
    assert refusals(result) == [Code.BAD_USER_INPUT]
    assert "'id'" in result.errors[0].message


async def test_a_workshop_that_its_branch_does_not_know_is_null_without_an_error(world: Any) -> None:
    result = await world.run(ANOTHER_WORKSHOP)
    assert result.data == {"workshop": None}
    assert not result.errors


async def test_a_workshop_shows_debts_and_the_orders_of_the_kind_asked(world: Any) -> None:
    world.caller = EMPLOYER
    result = await world.run(
        """{ workshop(code: "0070012345", branch: "0070") { employer debts { nodes { amount } provenance { source } }
        warnings: claimOrders(kind: WARNING) { entries { kind } }
        claimOrders { entries { kind } provenance { source } } } }"""
    )
    assert not result.errors
    workshop = result.data["workshop"]
    assert workshop["debts"]["nodes"] == [{"amount": "30"}]
    assert workshop["warnings"]["entries"] == [{"kind": "WARNING"}]
    assert len(workshop["claimOrders"]["entries"]) == 4
    assert world.questions.count("claim_orders_by_workshop") == 1
