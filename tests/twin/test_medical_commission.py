"""The commission's wire, by hand."""

from typing import Any

import pytest

REFERRAL = {
    "reference": "ref-1",
    "trackingCode": "123456789012",
    "insuredCode": "0013542419",
    "subjectCode": "0013542419",
    "ground": 1,
    "documents": [{"id": "d", "mediaType": "application/pdf", "content": "JVBERg=="}],
}


async def post(twin: Any, path: str, content: Any, **more: Any) -> Any:
    place = twin.descriptor["medical_commission"]
    auth = more.get("auth", (place["username"], place["password"]))
    return await twin.http.post(place["url"] + path, json=content, auth=auth)


async def files(twin: Any) -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = (await twin.control("GET", "commission/files"))["files"]
    return said


def act(kind: str, reference: str = "ref-1", own: str = "a-1") -> dict[str, Any]:
    return {"reference": reference, "actReference": own, "kind": kind, "text": None, "documents": []}


async def test_a_referral_that_comes_twice_is_one_file(twin: Any) -> None:
    first, second = [(await post(twin, "/v1/referrals", REFERRAL)).json() for _ in range(2)]
    assert first == second
    assert (first["result"], first["file"]["state"], first["file"]["board"]) == ("OK", 1, 1)
    (file,) = await files(twin)
    assert (file["received"], file["documents"], file["number"]) == (2, 1, first["file"]["number"])


async def test_an_act_that_comes_twice_is_done_once(twin: Any) -> None:
    await post(twin, "/v1/referrals", REFERRAL)
    for _ in range(2):
        answer = (await post(twin, "/v1/referrals/acts", act("withdrawal"))).json()
    assert answer["file"]["state"] == 7
    assert (await files(twin))[0]["acts"] == [{"kind": "withdrawal", "documents": 0}]


async def test_what_it_does_not_know_is_not_found(twin: Any) -> None:
    for path, content in (("/search", {"reference": "nobody"}), ("/acts", act("withdrawal", "nobody"))):
        assert (await post(twin, "/v1/referrals" + path, content)).json() == {"result": "NOT_FOUND"}


async def test_a_wrong_account_is_refused_and_nothing_is_booked(twin: Any) -> None:
    answer = await post(twin, "/v1/referrals", REFERRAL, auth=("guess", "guess"))
    assert answer.status_code == 401
    assert await files(twin) == []


async def test_its_files_go_their_way_by_the_twins_clock(twin: Any) -> None:
    await twin.control("PUT", "commission", {"stage_seconds": 60, "outcome": "REJECTED", "asks": True})
    await post(twin, "/v1/referrals", REFERRAL)
    seen = []
    for minute in range(1, 4):
        await twin.control("PUT", "clock", {"offset_seconds": 60 * minute + 1})
        seen.append((await post(twin, "/v1/referrals/search", {"reference": "ref-1"})).json()["file"]["state"])
    assert seen == [2, 3, 3], "it waits for what it asked for"
    await post(twin, "/v1/referrals/acts", act("supplement"))
    await twin.control("PUT", "clock", {"offset_seconds": 600})
    file = (await post(twin, "/v1/referrals/search", {"reference": "ref-1"})).json()["file"]
    assert (file["state"], bool(file["note"]), file["session"]["place"] != "") == (6, True, True)
    appealed = (await post(twin, "/v1/referrals/acts", act("appeal", own="a-2"))).json()["file"]
    assert (appealed["state"], appealed["board"]) == (2, 2)
    await twin.control("PUT", "clock", {"offset_seconds": 6_000})
    assert (await post(twin, "/v1/referrals/search", {"reference": "ref-1"})).json()["file"]["state"] == 5


async def test_a_file_moves_where_the_control_says(twin: Any) -> None:
    await post(twin, "/v1/referrals", REFERRAL)
    await twin.control("PUT", "commission/files/ref-1", {"state": "NEEDS_INFORMATION", "needs": "گزارش"})
    file = (await post(twin, "/v1/referrals/search", {"reference": "ref-1"})).json()["file"]
    assert (file["state"], file["needs"]) == (3, "گزارش")


async def test_cut_off_it_has_done_what_nobody_hears_of(twin: Any) -> None:
    import httpx

    await twin.control("PUT", "faults/medical_commission", {"kind": "cut"})
    with pytest.raises(httpx.RemoteProtocolError):
        await post(twin, "/v1/referrals", REFERRAL)
    assert len(await files(twin)) == 1


@pytest.mark.parametrize("how", ["error_inside", "busy_inside", "another_referral", "wrong_types", "unknown_state"])
async def test_its_lies(twin: Any, how: str) -> None:
    truth = (await post(twin, "/v1/referrals", REFERRAL)).json()
    await twin.control("PUT", "faults/medical_commission", {"kind": "lying", "how": how})
    assert (await post(twin, "/v1/referrals/search", {"reference": "ref-1"})).json() != truth


async def test_calls_are_counted(twin: Any) -> None:
    await post(twin, "/v1/referrals", REFERRAL)
    await post(twin, "/v1/referrals/search", {"reference": "ref-1"})
    counts = await twin.control("GET", "counts")
    assert counts["medical_commission"] == {"referrals": 1, "referrals/search": 1}


async def test_a_reset_forgets_the_books(twin: Any) -> None:
    await post(twin, "/v1/referrals", REFERRAL)
    await twin.control("POST", "reset?faults=1")
    assert await files(twin) == []
