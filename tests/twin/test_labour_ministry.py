"""The ministry's wire, by hand."""

import asyncio
from typing import Any

import pytest

from twin.jalali import midnight_ms
from twin.named import NAMED
from twin.world import World

SARA, MINA = NAMED["sara"].code, NAMED["mina"].code


async def listed(twin: Any, world: World) -> list[dict[str, Any]]:
    codes = list(dict.fromkeys(case.person for case in world.cases))[:100]
    answer = await twin.cases(*codes, limit=100)
    rows: list[dict[str, Any]] = answer.json()["data"]["list"]
    return rows


async def test_a_token_has_the_shape_of_the_rfc(twin: Any) -> None:
    answer = (await twin.token()).json()
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 300)
    assert len(answer["access_token"]) == 64


async def test_a_wrong_secret_is_an_invalid_client(twin: Any) -> None:
    answer = await twin.token(secret="guessed")
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


async def test_a_token_ends_on_the_twins_clock(twin: Any) -> None:
    await twin.control("PUT", "labour", {"expires_in": 60})
    token = (await twin.token()).json()["access_token"]
    assert (await twin.cases(SARA, token=token)).status_code == 200
    await twin.control("PUT", "clock", {"offset_seconds": 61})
    answer = await twin.cases(SARA, token=token)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'


async def test_saras_case_in_the_ministrys_spelling(twin: Any) -> None:
    answer = (await twin.cases(SARA)).json()
    assert (answer["status"], answer["family"], answer["reason"], answer["problems"]) == (200, "SUCCESSFUL", "OK", [])
    assert answer["data"]["total"] == 1
    case = answer["data"]["list"][0]
    assert case["natinoalCode"].zfill(10) == SARA
    assert (case["stage"], case["approval"], case["paidMonths"]) == ("REFERRED_TO_SSO", "GRANTED", 3)
    assert (case["jobLossDate"], case["maritalStatus"], case["dependantCount"]) == ("14040612", "MARRIED", 3)
    assert case["registeredAt"] % 86_400_000 == 73_800_000  # midnight in Tehran is 20:30 in UTC
    assert case["referredAt"] > case["registeredAt"]


def test_midnight_in_tehran_is_what_the_contract_says() -> None:
    assert midnight_ms((1405, 7, 1)) == 1_790_109_000_000  # 2026-09-22T20:30:00Z


async def test_some_codes_lost_their_zeros_and_every_marker_occurs(twin: Any, world: World) -> None:
    rows = await listed(twin, world)
    assert any(len(row["natinoalCode"]) < 10 for row in rows)
    assert {row["referredAt"] for row in rows} >= {None, 0, "null"}


async def test_a_person_listed_twice_can_straddle_two_pages(twin: Any) -> None:
    whole = (await twin.cases(SARA, MINA)).json()["data"]
    pages = [(await twin.cases(SARA, MINA, page=page, limit=1)).json()["data"] for page in (1, 2, 3, 4)]
    assert whole["total"] == 3
    assert [row for page in pages for row in page["list"]] == whole["list"]
    codes = [row["natinoalCode"].zfill(10) for row in whole["list"]]
    assert codes == [SARA, MINA, MINA]


async def test_who_is_not_listed_has_no_case(twin: Any) -> None:
    assert (await twin.cases("0499370899")).json()["data"] == {"total": 0, "list": []}


@pytest.mark.parametrize(("codes", "limit"), [(0, 50), (101, 50), (1, 101), (1, 0)])
async def test_a_bad_question_gets_400(twin: Any, codes: int, limit: int) -> None:
    assert (await twin.cases(*[SARA] * codes, limit=limit)).status_code == 400


async def test_many_tokens_live_side_by_side(twin: Any) -> None:
    tokens = [answer.json()["access_token"] for answer in await asyncio.gather(*(twin.token() for _ in range(5)))]
    assert len(set(tokens)) == 5
    answers = await asyncio.gather(*(twin.cases(SARA, token=token) for token in tokens))
    assert {answer.status_code for answer in answers} == {200}
