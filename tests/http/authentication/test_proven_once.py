"""A token is proven once a key: what is remembered opens nothing that would be closed without it."""

from typing import Any

import pytest
from joserfc.jwk import ECKey, Key

from gateway.domain.clock import Clock
from gateway.http.authentication import Shown, Unauthenticated, dpop
from gateway.http.authentication.access_token import AccessTokens
from gateway.http.authentication.dpop import Proofs
from gateway.http.authentication.jose import Signed, public_key
from gateway.http.authentication.jwks import IssuerKeys, KeyAges
from gateway.loading.replay import LocalReplay
from tests.http.issuing import AUDIENCE, ISSUER, URL, Holder, TestIssuer


def bearer(token: str) -> Shown:
    return Shown(authorization=(f"Bearer {token}",))


@pytest.fixture
def proven(monkeypatch: pytest.MonkeyPatch) -> list[Key]:
    """The keys by which something was proven, each time."""
    by: list[Key] = []
    claims = Signed.claims

    def counted(signed: Signed, key: Key) -> dict[str, Any]:
        by.append(key)
        return claims(signed, key)

    monkeypatch.setattr(Signed, "claims", counted)
    return by


def tokens(issuer: TestIssuer, clock: Clock, **more: Any) -> AccessTokens:
    ages = KeyAges(fresh=300, stale=3600, pause=10)
    return AccessTokens({ISSUER: IssuerKeys(issuer.document, clock, ages)}, AUDIENCE, clock, skew=30, **more)


async def test_a_token_shown_again_is_not_proven_again(issuer: TestIssuer, proven: list[Key]) -> None:
    authenticator, token = issuer.authenticator(), issuer.token()
    callers = [await authenticator.authenticate(bearer(token)) for _ in range(3)]
    assert len(proven) == 1
    assert callers[0] is not None
    assert callers == [callers[0]] * 3


async def test_it_expires_all_the_same(issuer: TestIssuer, clock: Any) -> None:
    known = tokens(issuer, clock)
    token = issuer.token(exp=int(clock.now().timestamp()) + 60)
    await known.claims(token)
    clock.seconds = 89.0
    await known.claims(token)
    clock.seconds = 90.0
    with pytest.raises(Unauthenticated, match="expired"):
        await known.claims(token)


async def test_it_ends_with_its_key(issuer: TestIssuer, clock: Any) -> None:
    known, token = tokens(issuer, clock), issuer.token(exp=int(clock.now().timestamp()) + 3000)
    await known.claims(token)
    issuer.rotate()
    clock.seconds = 299.0
    await known.claims(token)
    clock.seconds = 300.0
    with pytest.raises(Unauthenticated, match="does not have"):
        await known.claims(token)


async def test_another_key_under_the_same_id_has_not_proven_it(issuer: TestIssuer, clock: Any) -> None:
    known, token = tokens(issuer, clock), issuer.token(exp=int(clock.now().timestamp()) + 3000)
    await known.claims(token)
    issuer.published = [ECKey.generate_key("P-256", {"kid": "first"})]
    clock.seconds = 300.0
    with pytest.raises(Unauthenticated, match="does not hold"):
        await known.claims(token)


async def test_the_same_key_fetched_again_proves_it_again(issuer: TestIssuer, clock: Any, proven: list[Key]) -> None:
    known, token = tokens(issuer, clock), issuer.token(exp=int(clock.now().timestamp()) + 3000)
    for second in (0.0, 1.0, 300.0, 301.0):
        clock.seconds = second
        await known.claims(token)
    assert len(proven) == 2


async def test_a_token_of_one_letter_more_is_another(issuer: TestIssuer, clock: Any) -> None:
    known, token = tokens(issuer, clock), issuer.token()
    await known.claims(token)
    for other in (token + "A", token[:-1], token.swapcase()):
        with pytest.raises(Unauthenticated):
            await known.claims(other)


async def test_what_was_refused_is_not_remembered(issuer: TestIssuer, clock: Any, proven: list[Key]) -> None:
    known, token = tokens(issuer, clock), issuer.token(aud="https://elsewhere.example")
    for _ in range(2):
        with pytest.raises(Unauthenticated, match="another service"):
            await known.claims(token)
    assert len(proven) == 2


async def test_only_the_tokens_used_last_are_remembered(issuer: TestIssuer, clock: Any, proven: list[Key]) -> None:
    known = tokens(issuer, clock, remembered=2)
    first, second, third = (issuer.token() for _ in range(3))
    for token in (first, second, first, third, first, second):
        await known.claims(token)
    assert len(proven) == 4


async def test_a_bound_token_needs_a_fresh_proof_each_time(issuer: TestIssuer, holder: Holder) -> None:
    authenticator = issuer.authenticator()
    token = issuer.token(cnf={"jkt": holder.thumbprint})

    def shown(*proofs: str) -> Shown:
        return Shown(authorization=(f"DPoP {token}",), proofs=proofs)

    proof = holder.proof(token)
    assert await authenticator.authenticate(shown(proof))
    assert await authenticator.authenticate(shown(holder.proof(token)))
    for bad in (shown(), shown(proof), shown(Holder().proof(token))):
        with pytest.raises(Unauthenticated):
            await authenticator.authenticate(bad)
    with pytest.raises(Unauthenticated):
        await authenticator.authenticate(bearer(token))


@pytest.fixture
def made_out(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The keys that were made out from the header of a proof, each time."""
    by: list[Any] = []

    def counted(said: dict[str, Any]) -> Key | None:
        by.append(said)
        return public_key(said)

    monkeypatch.setattr(dpop, "public_key", counted)
    return by


async def proven_by(proofs: Proofs, holder: Holder, thumbprint: str | None = None, **how: Any) -> None:
    shown = Shown(authorization=(), proofs=(holder.proof("token", **how),), url=URL)
    await proofs.check(shown, "token", thumbprint or holder.thumbprint)


async def test_the_key_of_a_holder_is_made_out_once_and_proves_each_proof(
    clock: Any, made_out: list[Any], proven: list[Key]
) -> None:
    proofs, holder = Proofs(LocalReplay(clock), None, clock, window=60, skew=30), Holder(clock)
    for _ in range(3):
        await proven_by(proofs, holder)
    assert (len(made_out), len(proven)) == (1, 3)
    with pytest.raises(Unauthenticated, match="does not hold"):
        await proven_by(proofs, holder, key=Holder().key)  # the holder's header over a thief's signature
    with pytest.raises(Unauthenticated, match="another key"):
        await proven_by(proofs, holder, Holder().thumbprint)


async def test_a_key_to_which_no_token_was_bound_is_not_remembered(clock: Any, made_out: list[Any]) -> None:
    proofs, thief = Proofs(LocalReplay(clock), None, clock, window=60, skew=30), Holder(clock)
    for _ in range(2):
        with pytest.raises(Unauthenticated, match="another key"):
            await proven_by(proofs, thief, Holder().thumbprint)
    assert len(made_out) == 2


async def test_only_the_holders_seen_last_are_remembered(clock: Any, made_out: list[Any]) -> None:
    proofs = Proofs(LocalReplay(clock), None, clock, window=60, skew=30, remembered=2)
    first, second, third = (Holder(clock) for _ in range(3))
    for holder in (first, second, first, third, first, second):
        await proven_by(proofs, holder)
    assert len(made_out) == 4
