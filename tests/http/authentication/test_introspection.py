"""Opaque tokens: the issuer's word, remembered for a moment, and never longer than the token lives."""

import asyncio
from typing import Any

import orjson
import pytest

from gateway.domain.caller import CallerKind
from gateway.http.authentication import Shown, Unauthenticated, Undecided
from gateway.http.authentication.introspection import Introspection
from tests.http.issuing import AUDIENCE, ISSUER, TestIssuer

TOKEN = "an-opaque-token"


class Office:
    """What the issuer says of tokens. `asked` lists them."""

    def __init__(self, issuer: TestIssuer) -> None:
        self.says: dict[str, Any] = {TOKEN: {"active": True} | issuer.claims()}
        self.asked: list[str] = []
        self.down = False

    async def __call__(self, token: str) -> bytes:
        self.asked.append(token)
        await asyncio.sleep(0)
        if self.down:
            raise ConnectionError("no answer")
        return orjson.dumps(self.says.get(token, {"active": False}))


@pytest.fixture
def office(issuer: TestIssuer) -> Office:
    return Office(issuer)


@pytest.fixture
def introspection(office: Office, clock: Any) -> Introspection:
    return Introspection(ISSUER, office, AUDIENCE, clock, active=30, inactive=10, skew=30)


def shown(token: str = TOKEN) -> Shown:
    return Shown(authorization=(f"Bearer {token}",))


async def test_an_active_token_makes_a_caller(issuer: TestIssuer, introspection: Introspection) -> None:
    caller = await issuer.authenticator(introspection=introspection).authenticate(shown())
    assert caller is not None
    assert caller.kind is CallerKind.CITIZEN


async def test_without_introspection_an_opaque_token_is_refused(issuer: TestIssuer) -> None:
    with pytest.raises(Unauthenticated):
        await issuer.authenticator().authenticate(shown())


async def test_a_jwt_is_never_put_to_introspection(
    issuer: TestIssuer, introspection: Introspection, office: Office
) -> None:
    with pytest.raises(Unauthenticated):
        await issuer.authenticator(introspection=introspection).authenticate(shown("e30.e30.e30"))
    assert office.asked == []


async def test_a_yes_is_remembered_for_its_time(introspection: Introspection, office: Office, clock: Any) -> None:
    for clock.seconds in (0, 29):
        await introspection.claims(TOKEN)
    assert office.asked == [TOKEN]
    office.says[TOKEN] = {"active": False}
    clock.seconds = 30
    with pytest.raises(Unauthenticated):
        await introspection.claims(TOKEN)


async def test_a_yes_is_never_remembered_beyond_the_end_of_the_token(
    introspection: Introspection, office: Office, clock: Any
) -> None:
    office.says[TOKEN]["exp"] = int(clock.now().timestamp()) + 5
    await introspection.claims(TOKEN)
    clock.seconds = 5
    await introspection.claims(TOKEN)  # within the skew, and asked again
    assert len(office.asked) == 2
    clock.seconds = 36
    with pytest.raises(Unauthenticated):
        await introspection.claims(TOKEN)


async def test_a_no_is_remembered_too_and_shorter(introspection: Introspection, office: Office, clock: Any) -> None:
    for clock.seconds in (0, 9):
        with pytest.raises(Unauthenticated):
            await introspection.claims("unknown")
    assert office.asked == ["unknown"]
    clock.seconds = 10
    with pytest.raises(Unauthenticated):
        await introspection.claims("unknown")
    assert len(office.asked) == 2


async def test_one_question_serves_all_who_show_the_token_at_once(introspection: Introspection, office: Office) -> None:
    await asyncio.gather(*(introspection.claims(TOKEN) for _ in range(20)))
    assert office.asked == [TOKEN]


async def test_invented_tokens_do_not_flood_the_issuer(introspection: Introspection, office: Office) -> None:
    said = await asyncio.gather(*(introspection.claims(f"invented-{n}") for n in range(300)), return_exceptions=True)
    assert len(office.asked) == 200
    assert sum(isinstance(one, Undecided) for one in said) == 100
    assert await introspection.claims(TOKEN)


async def test_an_issuer_that_does_not_answer_is_neither_yes_nor_no(
    introspection: Introspection, office: Office
) -> None:
    office.down = True
    with pytest.raises(Undecided):
        await introspection.claims(TOKEN)
    office.down = False
    assert await introspection.claims(TOKEN)


@pytest.mark.parametrize("said", [[], {}, {"active": "true"}, {"active": 1}])
async def test_nonsense_is_neither_yes_nor_no(introspection: Introspection, office: Office, said: Any) -> None:
    office.says[TOKEN] = said
    with pytest.raises(Undecided):
        await introspection.claims(TOKEN)


@pytest.mark.parametrize("claims", [{"aud": "https://other.example"}, {"aud": None}, {"iss": "https://other.example"}])
async def test_a_token_for_another_service_is_refused(
    introspection: Introspection, office: Office, claims: dict[str, Any]
) -> None:
    office.says[TOKEN] |= claims
    with pytest.raises(Unauthenticated):
        await introspection.claims(TOKEN)


async def test_the_memory_holds_no_token(introspection: Introspection) -> None:
    await introspection.claims(TOKEN)
    assert TOKEN not in repr(vars(introspection))


async def test_an_opaque_bearer_token_of_an_agency_is_refused(
    issuer: TestIssuer, introspection: Introspection, office: Office
) -> None:
    office.says[TOKEN] |= {"tamin_kind": "agency"}
    with pytest.raises(Unauthenticated, match="bearer token of an agency"):
        await issuer.authenticator(introspection=introspection).authenticate(shown())
