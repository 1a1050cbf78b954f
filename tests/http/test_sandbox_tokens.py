"""Tokens of the sandbox say who the caller is, for 12 hours, and to the machine that made them."""

import datetime

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from gateway.domain.caller import Caller, CallerKind
from gateway.domain.identifiers import BranchCode, NationalId, WorkshopCode, WorkshopKey
from gateway.http.authentication import Shown, Unauthenticated
from gateway.http.sandbox_tokens import SandboxAuthenticator, issue

KEY = b"k" * 32
NOW = datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC)


class SetClock:
    def __init__(self, now: datetime.datetime = NOW) -> None:
        self._now = now

    def now(self) -> datetime.datetime:
        return self._now

    def monotonic(self) -> float:
        return 0.0


CALLERS = [
    Caller(kind=CallerKind.CITIZEN, subject=NationalId("0013542419")),
    Caller(
        kind=CallerKind.EMPLOYER,
        subject=NationalId("0013542419"),
        workshops=frozenset({WorkshopKey(WorkshopCode("0070123456"), BranchCode("0070"))}),
    ),
    Caller(kind=CallerKind.AGENCY, client="court", scopes=frozenset({"identity", "insurance"})),
    Caller(kind=CallerKind.DEVELOPER, client="developer"),
]


@pytest.mark.parametrize("caller", CALLERS, ids=lambda caller: caller.kind.value)
async def test_a_token_brings_its_caller_back(caller: Caller) -> None:
    token = issue(KEY, caller, SetClock())
    assert await SandboxAuthenticator(KEY, SetClock()).authenticate(Shown(authorization=(f"bearer {token}",))) == caller


async def test_no_header_is_no_caller() -> None:
    assert await SandboxAuthenticator(KEY, SetClock()).authenticate(Shown()) is None


async def test_a_token_ends_after_twelve_hours() -> None:
    token = issue(KEY, CALLERS[0], SetClock())
    almost, after = (SetClock(NOW + datetime.timedelta(hours=12, seconds=s)) for s in (-1, 10))
    assert await SandboxAuthenticator(KEY, almost).authenticate(Shown(authorization=(f"Bearer {token}",))) == CALLERS[0]
    with pytest.raises(Unauthenticated, match="expired"):
        await SandboxAuthenticator(KEY, after).authenticate(Shown(authorization=(f"Bearer {token}",)))


async def test_another_machine_s_token_is_refused() -> None:
    token = issue(b"x" * 32, CALLERS[0], SetClock())
    with pytest.raises(Unauthenticated, match="BadSignature"):
        await SandboxAuthenticator(KEY, SetClock()).authenticate(Shown(authorization=(f"Bearer {token}",)))


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "someone"},
        {"exp": None},
        {"exp": "9999999999"},
        {"kind": "KING"},
        {"kind": None},
        {"sub": "0013542418"},
        {"sub": 13542419},
        {"workshops": ["0070123456"]},
        {"workshops": 7},
        {"scope": 7},
    ],
)
async def test_claims_that_make_no_caller_are_refused(claims: dict[str, object]) -> None:
    whole = {"iss": "tamin-gateway sandbox", "exp": int(NOW.timestamp()) + 60, "kind": "CITIZEN"}
    token = jwt.encode({"alg": "HS256"}, whole | claims, OctKey.import_key(KEY))
    with pytest.raises(Unauthenticated):
        await SandboxAuthenticator(KEY, SetClock()).authenticate(Shown(authorization=(f"Bearer {token}",)))


@pytest.mark.parametrize(
    "shown", ["Basic eDp5", "Bearer", "Bearer x", "Bearer a.b.c", "Bearer " + "a" * 9_000, "Bearer é.b.c"]
)
async def test_what_is_no_token_of_ours_is_refused(shown: str) -> None:
    with pytest.raises(Unauthenticated) as refused:
        await SandboxAuthenticator(KEY, SetClock()).authenticate(Shown(authorization=(shown,)))
    assert "eDp5" not in str(refused.value)


async def test_a_token_without_a_signature_is_refused() -> None:
    unsigned = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJ0YW1pbi1nYXRld2F5IHNhbmRib3gifQ."
    with pytest.raises(Unauthenticated):
        await SandboxAuthenticator(KEY, SetClock()).authenticate(Shown(authorization=(f"Bearer {unsigned}",)))
