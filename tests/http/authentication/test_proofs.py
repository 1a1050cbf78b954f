"""Proofs of possession (RFC 9449): one request, one key, one time."""

import base64
from typing import Any

import pytest
from joserfc.jwk import ECKey

from gateway.http.authentication import Shown, Unauthenticated, Undecided
from gateway.http.authentication.dpop import normal
from gateway.http.authentication.nonces import Nonces
from gateway.loading.replay import LocalReplay, ReplayUnknown
from tests.http.issuing import URL, Holder, TestIssuer, hash_of, shared_secret


def bound(issuer: TestIssuer, holder: Holder, **claims: Any) -> str:
    return issuer.token(tamin_kind="agency", sub="court", client_id="court", cnf={"jkt": holder.thumbprint}, **claims)


def shown(token: str, *proofs: str, scheme: str = "DPoP", **more: Any) -> Shown:
    return Shown(authorization=(f"{scheme} {token}",), proofs=proofs, **{"url": URL, **more})


async def refused(issuer: TestIssuer, request: Shown) -> Unauthenticated:
    with pytest.raises(Unauthenticated) as reason:
        await issuer.authenticator().authenticate(request)
    return reason.value


async def test_a_good_proof_makes_an_agency_with_its_key(issuer: TestIssuer, holder: Holder) -> None:
    token = bound(issuer, holder, tamin_end_user="clerk 7")
    caller = await issuer.authenticator().authenticate(shown(token, holder.proof(token)))
    assert caller is not None
    assert (caller.client, caller.end_user, caller.thumbprint) == ("court", "clerk 7", holder.thumbprint)


async def test_a_bearer_token_of_an_agency_is_refused(issuer: TestIssuer) -> None:
    token = issuer.token(tamin_kind="agency", sub="court", client_id="court")
    reason = await refused(issuer, shown(token, scheme="Bearer"))
    assert "bearer token of an agency" in str(reason)


async def test_a_bound_token_is_not_shown_as_a_bearer_token(issuer: TestIssuer, holder: Holder) -> None:
    token = bound(issuer, holder)
    await refused(issuer, shown(token, holder.proof(token), scheme="Bearer"))
    await refused(issuer, shown(token, scheme="Bearer"))


async def test_a_proof_gives_nothing_to_a_token_that_is_bound_to_no_key(issuer: TestIssuer, holder: Holder) -> None:
    token = issuer.token(tamin_kind="agency", sub="court", client_id="court")
    await refused(issuer, shown(token, holder.proof(token)))


async def test_a_proof_by_another_key_is_refused(issuer: TestIssuer, holder: Holder, clock: Any) -> None:
    token, thief = bound(issuer, holder), Holder(clock)
    reason = await refused(issuer, shown(token, thief.proof(token)))
    assert "another key" in str(reason)


async def test_proofs_by_another_key_take_no_room_in_the_memory(issuer: TestIssuer, holder: Holder, clock: Any) -> None:
    replay, token, thief = LocalReplay(clock, most=1), bound(issuer, holder), Holder(clock)
    authenticator = issuer.authenticator(replay=replay)
    for _ in range(3):
        with pytest.raises(Unauthenticated):
            await authenticator.authenticate(shown(token, thief.proof(token)))
    assert await authenticator.authenticate(shown(token, holder.proof(token)))


@pytest.mark.parametrize(
    "cnf",
    [{}, [], "jkt", {"jkt": 3}, {"jkt": ""}, {"jwk": {"kty": "EC"}}, {"kid": "x"}, {"jkt": "x", "jwe": "y"}],
    ids=str,
)
async def test_a_token_bound_in_an_unknown_way_is_refused(issuer: TestIssuer, holder: Holder, cnf: Any) -> None:
    token = issuer.token(cnf=cnf)
    await refused(issuer, shown(token, scheme="Bearer"))
    await refused(issuer, shown(token, holder.proof(token)))


@pytest.mark.parametrize("count", [0, 2])
async def test_there_is_exactly_one_proof(issuer: TestIssuer, holder: Holder, count: int) -> None:
    token = bound(issuer, holder)
    reason = await refused(issuer, shown(token, *(holder.proof(token) for _ in range(count))))
    assert reason.error == "invalid_dpop_proof"


@pytest.mark.parametrize(
    "claims",
    [
        {"htm": "GET"},
        {"htm": "post"},
        {"htm": None},
        {"htu": "https://other.example/graphql"},
        {"htu": "https://127.0.0.1/graphql"},
        {"htu": "http://127.0.0.1:8000/graphql"},
        {"htu": "http://127.0.0.1/other"},
        {"htu": "/graphql"},
        {"htu": None},
        {"htu": 7},
        {"ath": hash_of("another token")},
        {"ath": None},
        {"jti": None},
        {"jti": ""},
        {"jti": "x" * 300},
        {"iat": None},
        {"iat": "now"},
    ],
    ids=str,
)
async def test_a_proof_for_another_request_is_refused(
    issuer: TestIssuer, holder: Holder, claims: dict[str, Any]
) -> None:
    token = bound(issuer, holder)
    reason = await refused(issuer, shown(token, holder.proof(token, **claims)))
    assert reason.error == "invalid_dpop_proof"


@pytest.mark.parametrize(("age", "good"), [(-31, False), (-30, True), (0, True), (90, True), (91, False)])
async def test_a_proof_is_good_around_its_time_only(
    issuer: TestIssuer, holder: Holder, clock: Any, age: int, good: bool
) -> None:
    token = bound(issuer, holder)
    proof = holder.proof(token, iat=int(clock.now().timestamp()) - age)
    if good:
        assert await issuer.authenticator().authenticate(shown(token, proof))
    else:
        assert (await refused(issuer, shown(token, proof))).error == "invalid_dpop_proof"


async def test_a_proof_serves_once(issuer: TestIssuer, holder: Holder, clock: Any) -> None:
    authenticator, token = issuer.authenticator(), bound(issuer, holder)
    proof = holder.proof(token)
    assert await authenticator.authenticate(shown(token, proof))
    for clock.seconds in (0, 89):
        with pytest.raises(Unauthenticated, match="used before"):
            await authenticator.authenticate(shown(token, proof))
    assert await authenticator.authenticate(shown(token, holder.proof(token)))


async def test_a_proof_from_a_clock_ahead_of_ours_still_serves_once(
    issuer: TestIssuer, holder: Holder, clock: Any
) -> None:
    authenticator, token = issuer.authenticator(), bound(issuer, holder)
    proof = holder.proof(token, iat=int(clock.now().timestamp()) + 30)
    assert await authenticator.authenticate(shown(token, proof))
    clock.seconds = 119  # good until 120
    with pytest.raises(Unauthenticated, match="used before"):
        await authenticator.authenticate(shown(token, proof))


async def test_the_ids_of_one_key_are_not_those_of_another(issuer: TestIssuer, holder: Holder, clock: Any) -> None:
    authenticator, other = issuer.authenticator(), Holder(clock)
    for one in (holder, other):
        token = bound(issuer, one)
        assert await authenticator.authenticate(shown(token, one.proof(token, jti="1")))


async def test_where_the_memory_of_proofs_is_out_of_reach_nobody_comes_in(issuer: TestIssuer, holder: Holder) -> None:
    class Gone:
        async def first_use(self, name: bytes, seconds: float, /) -> bool:
            raise ReplayUnknown("no answer", retry_after=2)

    token = bound(issuer, holder)
    with pytest.raises(Undecided) as reason:
        await issuer.authenticator(replay=Gone()).authenticate(shown(token, holder.proof(token)))
    assert reason.value.retry_after == 2


async def test_a_full_memory_of_proofs_refuses_rather_than_forgets(clock: Any) -> None:
    replay = LocalReplay(clock, most=2)
    assert await replay.first_use(b"1", 10)
    assert await replay.first_use(b"2", 10)
    with pytest.raises(ReplayUnknown):
        await replay.first_use(b"3", 10)
    assert not await replay.first_use(b"1", 10)
    clock.seconds = 10
    assert await replay.first_use(b"3", 10)


@pytest.mark.parametrize(
    "header",
    [
        {"typ": "at+jwt"},
        {"typ": None},
        {"alg": "none"},
        {"jwk": None},
        {"jwk": {"kty": "oct", "k": "c2VjcmV0"}},
        {"crit": ["jwk"]},
        {"jku": "https://elsewhere.example"},
    ],
    ids=str,
)
async def test_a_proof_of_another_shape_is_refused(issuer: TestIssuer, holder: Holder, header: dict[str, Any]) -> None:
    token = bound(issuer, holder)
    proof = _unsigned(holder, token) if header.get("alg") == "none" else holder.proof(token, header=header)
    assert (await refused(issuer, shown(token, proof))).error == "invalid_dpop_proof"


async def test_a_proof_that_shows_its_private_key_is_refused(issuer: TestIssuer, holder: Holder) -> None:
    token = bound(issuer, holder)
    proof = holder.proof(token, header={"jwk": holder.key.as_dict(private=True)})
    await refused(issuer, shown(token, proof))


async def test_a_proof_signed_by_hmac_with_the_public_key_is_refused(issuer: TestIssuer, holder: Holder) -> None:
    token = bound(issuer, holder)
    secret = shared_secret(holder.key, "PEM")
    await refused(issuer, shown(token, holder.proof(token, header={"alg": "HS256"}, key=secret)))


async def test_a_proof_signed_by_another_key_than_it_shows_is_refused(issuer: TestIssuer, holder: Holder) -> None:
    token = bound(issuer, holder)
    await refused(issuer, shown(token, holder.proof(token, key=ECKey.generate_key("P-256"))))


async def test_without_a_nonce_the_answer_brings_one_and_the_next_proof_is_good(
    issuer: TestIssuer, holder: Holder, clock: Any
) -> None:
    nonces = Nonces(b"k" * 32, clock, seconds=300)
    authenticator, token = issuer.authenticator(nonces=nonces), bound(issuer, holder)
    for nonce in (None, "", "invented", 7):
        with pytest.raises(Unauthenticated) as reason:
            await authenticator.authenticate(shown(token, holder.proof(token, nonce=nonce)))
        assert reason.value.error == "use_dpop_nonce"
        assert reason.value.nonce is not None
    assert await authenticator.authenticate(shown(token, holder.proof(token, nonce=reason.value.nonce)))


async def test_a_nonce_grows_old(clock: Any) -> None:
    nonces = Nonces(b"k" * 32, clock, seconds=300)
    nonce = nonces.current()
    clock.seconds = 300
    assert nonces.holds(nonce)
    clock.seconds = 600
    assert not nonces.holds(nonce)


async def test_replicas_with_one_key_know_each_others_nonces(clock: Any) -> None:
    assert Nonces(b"k" * 32, clock, seconds=300).holds(Nonces(b"k" * 32, clock, seconds=300).current())
    assert not Nonces(b"k" * 32, clock, seconds=300).holds(Nonces(b"j" * 32, clock, seconds=300).current())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://G.example/graphql", "https://g.example:443/graphql"),
        ("http://g.example:80/graphql", "http://g.example/graphql?query=x#y"),
        ("HTTPS://g.example", "https://g.example/"),
        ("https://g.example/%7egraph", "https://g.example/~graph"),
        ("https://g.example/%c3%a9", "https://g.example/%C3%A9"),
        ("https://g.example./graphql", "https://g.example/graphql"),
    ],
)
def test_addresses_that_mean_the_same_are_the_same(one: str, other: str) -> None:
    assert normal(one) == normal(other) is not None


@pytest.mark.parametrize(
    "url", ["ftp://g.example/", "g.example", "", "https://", "https://u@g.example/", "http://h:99999/"]
)
def test_what_is_no_address_is_none(url: str) -> None:
    assert normal(url) is None


def test_addresses_that_differ_in_case_or_escape_of_the_path_differ() -> None:
    assert normal("https://g.example/Graphql") != normal("https://g.example/graphql")
    assert normal("https://g.example/a%2fb") != normal("https://g.example/a/b")


def _unsigned(holder: Holder, token: str) -> str:
    head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"dpop+jwt"}').decode().rstrip("=")
    return f"{head}.{holder.proof(token).split('.')[1]}."
