"""Connections: their size, their order, their cursors, and what they say is missing."""

from typing import Any

import pytest

from gateway.domain.failure import Code
from gateway.domain.identifiers import BranchCode
from gateway.domain.lookup import BranchGap
from gateway.domain.refusal import Refused

RECORDS = """query Q($id: NationalId! = "0013542419", $first: Int, $after: String, $from: YearMonth,
  $kind: InsuranceKind) {
  person(nationalId: $id) { contributionRecords(first: $first, after: $after, from: $from, kind: $kind) {
    edges { cursor node { month } } nodes { month }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    complete gaps { branch code retryable retryAfter } } } }"""
PAYMENTS = """query Q($id: NationalId! = "0013542419", $first: Int, $after: String) { person(nationalId: $id) {
  payments(first: $first, after: $after) { totalCount nodes { identifier } pageInfo { hasNextPage endCursor } } } }"""


def refusal(result: Any) -> Refused:
    (error,) = result.errors
    assert isinstance(error.original_error, Refused), error
    return error.original_error


async def test_pages_of_records_follow_each_other_to_the_end(world: Any) -> None:
    months, after, pages = [], None, []
    while True:
        result = await world.run(RECORDS, first=20, after=after)
        assert not result.errors
        page = result.data["person"]["contributionRecords"]
        months += [edge["node"]["month"] for edge in page["edges"]]
        assert page["nodes"] == [edge["node"] for edge in page["edges"]]
        assert page["pageInfo"]["startCursor"] == page["edges"][0]["cursor"]
        assert page["pageInfo"]["hasPreviousPage"] == (after is not None)
        pages.append(len(page["edges"]))
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    assert pages == [20, 20, 5]
    assert months == sorted(set(months), reverse=True)


async def test_a_page_holds_twenty_unless_it_is_told(world: Any) -> None:
    result = await world.run('{ person(nationalId: "0013542419") { contributionRecords { nodes { days } } } }')
    assert len(result.data["person"]["contributionRecords"]["nodes"]) == 20
    result = await world.run(RECORDS, first=None)
    assert len(result.data["person"]["contributionRecords"]["nodes"]) == 20


@pytest.mark.parametrize("first", [-1, 0, 101, 2**31 - 1])
@pytest.mark.parametrize("operation", [RECORDS, PAYMENTS])
async def test_a_page_of_an_impossible_size_is_refused_by_the_name_of_its_argument(
    world: Any, operation: str, first: int
) -> None:
    said = refusal(await world.run(operation, first=first))
    assert said.code is Code.BAD_USER_INPUT
    assert "'first'" in said.message
    assert world.asked == []


async def test_a_cursor_is_good_only_for_its_own_list(world: Any) -> None:
    result = await world.run(RECORDS, first=1)
    cursor = result.data["person"]["contributionRecords"]["pageInfo"]["endCursor"]
    assert not (await world.run(RECORDS, first=50, after=cursor)).errors
    world.asked.clear()
    elsewhere = [
        (RECORDS, {"after": cursor, "kind": "VOLUNTARY"}),
        (RECORDS, {"after": cursor, "from": "1400-01"}),
        (RECORDS, {"after": cursor, "id": "1278450939"}),
        (PAYMENTS, {"after": cursor}),
        (RECORDS, {"after": cursor[:-2]}),
        (RECORDS, {"after": cursor[:-1] + ("A" if cursor[-1] != "A" else "Q")}),
        (RECORDS, {"after": ""}),
        (RECORDS, {"after": "سارا"}),
    ]
    for operation, variables in elsewhere:
        said = refusal(await world.run(operation, **variables))
        assert said.code is Code.BAD_USER_INPUT, variables
        assert "'after'" in said.message
    assert world.asked == []


async def test_a_range_that_ends_before_it_begins_is_refused(world: Any) -> None:
    said = refusal(
        await world.run(
            '{ person(nationalId: "0013542419") { contributionRecords(from: "1400-02", to: "1400-01") { complete } } }'
        )
    )
    assert said.code is Code.BAD_USER_INPUT
    assert "'from'" in said.message


async def test_payments_come_newest_first_and_what_is_not_paid_last(world: Any) -> None:
    seen, after = [], None
    for _ in range(3):
        page = (await world.run(PAYMENTS, first=2, after=after)).data["person"]["payments"]
        assert page["totalCount"] == 5
        seen += [int(payment["identifier"]) for payment in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
    assert seen == [2, 1, 3, 4, 0]
    assert page["pageInfo"]["hasNextPage"] is False


async def test_a_branch_that_is_missing_is_named(world: Any) -> None:
    world.gaps = (BranchGap(branch=BranchCode("0960"), code="SOURCE_TIMEOUT", retryable=True, retry_after=5),)
    page = (await world.run(RECORDS)).data["person"]["contributionRecords"]
    assert page["complete"] is False
    assert page["gaps"] == [{"branch": "0960", "code": "SOURCE_TIMEOUT", "retryable": True, "retryAfter": 5.0}]
