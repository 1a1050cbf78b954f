"""JWT access tokens: the good one makes a caller, and each way to be bad is refused."""

import base64
from typing import Any

import orjson
import pytest
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from gateway.domain.caller import Caller, CallerKind
from gateway.domain.identifiers import BranchCode, NationalId, WorkshopCode, WorkshopKey
from gateway.http.authentication import Shown, Unauthenticated
from tests.http.issuing import SARA, TestIssuer, shared_secret


def bearer(token: str) -> Shown:
    return Shown(authorization=(f"Bearer {token}",))


async def refused(issuer: TestIssuer, token: str) -> str:
    with pytest.raises(Unauthenticated) as reason:
        await issuer.authenticator().authenticate(bearer(token))
    assert SARA not in str(reason.value)
    assert reason.value.error == "invalid_token"
    return str(reason.value)


async def test_a_good_token_makes_a_citizen(issuer: TestIssuer) -> None:
    token = issuer.token(jti="one", scope="identity insurance", exp=2_000_000_000)
    caller = await issuer.authenticator().authenticate(bearer(token))
    assert caller == Caller(
        kind=CallerKind.CITIZEN,
        subject=NationalId(SARA),
        client="app",
        scopes=frozenset({"identity", "insurance"}),
        token_id="one",
        expires_at=2_000_000_000,
    )
    assert SARA not in repr(caller)


async def test_without_a_token_there_is_no_caller(issuer: TestIssuer) -> None:
    assert await issuer.authenticator().authenticate(Shown()) is None
    assert await issuer.authenticator().authenticate(Shown(authorization=(" ",))) is None
    assert issuer.fetched == 0


async def test_an_employer_acts_for_its_workshops(issuer: TestIssuer) -> None:
    token = issuer.token(tamin_kind="employer", sub="company-7", tamin_workshops=["0070012345@0070"])
    caller = await issuer.authenticator().authenticate(bearer(token))
    assert caller is not None
    assert caller.subject is None
    assert caller.workshops == {WorkshopKey(WorkshopCode("0070012345"), BranchCode("0070"))}


@pytest.mark.parametrize("kind", ["developer", "operator"])
async def test_developers_and_operators_are_no_persons_whatever_their_subject(issuer: TestIssuer, kind: str) -> None:
    caller = await issuer.authenticator().authenticate(bearer(issuer.token(tamin_kind=kind)))
    assert caller is not None
    assert (caller.kind, caller.subject, caller.workshops) == (CallerKind(kind.upper()), None, frozenset())


async def test_workshops_count_in_a_token_of_an_employer_alone(issuer: TestIssuer) -> None:
    caller = await issuer.authenticator().authenticate(bearer(issuer.token(tamin_workshops=["0070012345@0070"])))
    assert caller is not None
    assert caller.workshops == frozenset()


async def test_an_unsigned_token_is_refused(issuer: TestIssuer) -> None:
    parts = (orjson.dumps(part) for part in ({"alg": "none", "typ": "at+jwt"}, issuer.claims()))
    await refused(issuer, ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + ".")


async def test_a_token_without_its_signature_is_refused(issuer: TestIssuer) -> None:
    await refused(issuer, issuer.token().rpartition(".")[0] + ".")


@pytest.mark.parametrize("form", ["PEM", "DER"])
async def test_a_public_key_is_no_secret_to_sign_with(issuer: TestIssuer, form: Any) -> None:
    public = shared_secret(issuer.key, form)
    await refused(issuer, issuer.token(header={"alg": "HS256"}, key=public))


async def test_a_symmetric_key_among_the_published_ones_verifies_nothing(issuer: TestIssuer) -> None:
    shared = OctKey.generate_key(256, {"kid": "shared"})
    issuer.published.append(shared)
    issuer.document = _with_secrets(issuer)  # type: ignore[method-assign]
    await refused(issuer, issuer.token(header={"alg": "HS256", "kid": "shared"}, key=shared))


async def test_an_algorithm_does_not_take_the_key_of_another(issuer: TestIssuer) -> None:
    rsa = RSAKey.generate_key(2048, {"kid": "rsa"})
    issuer.published.append(RSAKey.import_key(rsa.as_dict(private=False) | {"alg": "PS256"}))
    await refused(issuer, issuer.token(header={"alg": "RS256", "kid": "rsa"}, key=rsa))
    caller = await issuer.authenticator().authenticate(
        bearer(issuer.token(header={"alg": "PS256", "kid": "rsa"}, key=rsa))
    )
    assert caller is not None


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA", "Ed25519"])
async def test_each_of_our_algorithms_is_good(issuer: TestIssuer, algorithm: str) -> None:
    key: Any = OKPKey.generate_key("Ed25519", {"kid": "k"})
    if algorithm in {"RS256", "PS256"}:
        key = RSAKey.generate_key(2048, {"kid": "k"})
    if algorithm == "ES256":
        key = ECKey.generate_key("P-256", {"kid": "k"})
    issuer.published = [key]
    with pytest.warns() if algorithm == "EdDSA" else _nothing():  # the signing side of the library warns
        token = issuer.token(header={"alg": algorithm, "kid": "k"}, key=key)
    assert await issuer.authenticator().authenticate(bearer(token)) is not None


async def test_a_short_rsa_key_is_not_taken(issuer: TestIssuer) -> None:
    with pytest.warns(match="Key size"):
        key = RSAKey.generate_key(1024, {"kid": "short"})
    issuer.published = [key]
    await refused(issuer, issuer.token(header={"alg": "RS256", "kid": "short"}, key=key))


@pytest.mark.parametrize(
    "header",
    [
        {"typ": "JWT"},
        {"typ": None},
        {"typ": "dpop+jwt"},
        {"crit": ["exp"], "exp": 1},
        {"crit": ["b64"], "b64": False},
        {"jku": "https://elsewhere.example/jwks"},
        {"jwk": {"kty": "EC"}},
        {"x5u": "https://elsewhere.example"},
        {"kid": "../../etc"},
    ],
    ids=str,
)
async def test_a_header_that_leads_elsewhere_or_is_of_another_kind_is_refused(
    issuer: TestIssuer, header: dict[str, Any]
) -> None:
    await refused(issuer, issuer.token(header=header))


async def test_a_key_in_the_header_proves_nothing(issuer: TestIssuer) -> None:
    own = ECKey.generate_key("P-256")
    await refused(issuer, issuer.token(header={"jwk": own.as_dict(private=False)}, key=own))


async def test_the_key_of_somebody_else_under_a_known_id_is_refused(issuer: TestIssuer) -> None:
    await refused(issuer, issuer.token(key=ECKey.generate_key("P-256")))


async def test_a_changed_claim_breaks_the_signature(issuer: TestIssuer) -> None:
    head, _, signature = issuer.token().split(".")
    other = base64.urlsafe_b64encode(orjson.dumps(issuer.claims(tamin_kind="developer"))).rstrip(b"=").decode()
    await refused(issuer, f"{head}.{other}.{signature}")


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://issuer.example/"},
        {"iss": "https://elsewhere.example"},
        {"iss": ["https://issuer.example"]},
        {"iss": None},
        {"aud": "https://other-service.example"},
        {"aud": ["https://other-service.example"]},
        {"aud": []},
        {"aud": None},
        {"exp": None},
        {"exp": True},
        {"exp": "soon"},
        {"iat": None},
        {"jti": None},
        {"client_id": None},
        {"client_id": 7},
        {"sub": None},
        {"sub": "0013542418"},
        {"sub": "sara"},
        {"tamin_kind": None},
        {"tamin_kind": "minister"},
        {"tamin_kind": ["citizen"]},
        {"tamin_kind": "employer", "tamin_workshops": ["0070012345"]},
        {"tamin_kind": "employer", "tamin_workshops": "0070012345@0070"},
        {"scope": ["identity"]},
    ],
    ids=str,
)
async def test_a_wrong_or_missing_claim_is_refused(issuer: TestIssuer, claims: dict[str, Any]) -> None:
    await refused(issuer, issuer.token(**claims))


async def test_we_may_be_one_of_several_audiences(issuer: TestIssuer) -> None:
    token = issuer.token(aud=["https://other.example", "https://gateway.example"])
    assert await issuer.authenticator().authenticate(bearer(token)) is not None


async def test_a_token_ends_with_its_time_and_the_skew(issuer: TestIssuer, clock: Any) -> None:
    token = issuer.token()  # for 300 seconds; the skew is 30
    clock.seconds = 329
    assert await issuer.authenticator().authenticate(bearer(token)) is not None
    clock.seconds = 330
    assert await refused(issuer, token) == "expired"


async def test_a_token_is_not_good_before_its_time(issuer: TestIssuer, clock: Any) -> None:
    begin = int(clock.now().timestamp()) + 100
    token = issuer.token(nbf=begin)
    clock.seconds = 69
    assert await refused(issuer, token) == "not good yet"
    clock.seconds = 70
    assert await issuer.authenticator().authenticate(bearer(token)) is not None


async def test_a_token_from_the_future_is_refused(issuer: TestIssuer, clock: Any) -> None:
    assert await refused(issuer, issuer.token(iat=int(clock.now().timestamp()) + 31)) == "issued in the future"


@pytest.mark.parametrize(
    "shown",
    [
        "Basic eDp5",
        "Bearer",
        "Bearer x",
        "Bearer a.b.c",
        "Bearer ..",
        "Bearer é.b.c",
        "Bearer W10.W10.W10",
        "Bearer " + "a" * 9_000,
        "Bearer " + base64.urlsafe_b64encode(b"[" * 2_000).decode() + ".e30.e30",
        "Bearer eyJhbGciOlsiRVMyNTYiXX0.e30.e30",
    ],
)
async def test_what_is_no_token_is_refused(issuer: TestIssuer, shown: str) -> None:
    with pytest.raises(Unauthenticated) as reason:
        await issuer.authenticator().authenticate(Shown(authorization=(shown,)))
    assert "eDp5" not in str(reason.value)


async def test_two_tokens_are_refused(issuer: TestIssuer) -> None:
    token = f"Bearer {issuer.token()}"
    with pytest.raises(Unauthenticated):
        await issuer.authenticator().authenticate(Shown(authorization=(token, token)))


async def test_an_issuer_names_no_kind_that_it_may_not(issuer: TestIssuer) -> None:
    citizens_only = issuer.authenticator(kinds=frozenset({CallerKind.CITIZEN}))
    assert await citizens_only.authenticate(bearer(issuer.token())) is not None
    with pytest.raises(Unauthenticated, match="may not name"):
        await citizens_only.authenticate(bearer(issuer.token(tamin_kind="operator")))


def _with_secrets(issuer: TestIssuer) -> Any:
    async def document() -> bytes:
        return orjson.dumps({"keys": [key.as_dict(private=key.key_type == "oct") for key in issuer.published]})

    return document


class _nothing:  # noqa: N801 - stands where a context manager of pytest stands
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...
