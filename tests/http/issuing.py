"""An issuer in the test's own hands: its keys, tokens of any shape, and an authenticator that knows its keys."""

import base64
import hashlib
import hmac
import secrets
import time
from typing import Any, Literal

import orjson
from joserfc import jws
from joserfc.jwk import ECKey, Key
from joserfc.jws import JWSRegistry

from gateway.domain.caller import CallerKind
from gateway.domain.clock import Clock, SystemClock
from gateway.http.authentication import ClaimNames, TokenAuthenticator
from gateway.http.authentication.access_token import AccessTokens
from gateway.http.authentication.dpop import Proofs
from gateway.http.authentication.introspection import Introspection
from gateway.http.authentication.jwks import IssuerKeys
from gateway.http.authentication.nonces import Nonces
from gateway.loading.replay import LocalReplay, Replay

ISSUER, AUDIENCE = "https://issuer.example", "https://gateway.example"
URL = "http://127.0.0.1/graphql"
SARA = "0013542419"


class _Loose(JWSRegistry):
    """Signs whatever a test wants to see refused."""

    max_header_length = 8_192

    def __init__(self) -> None:
        super().__init__(algorithms=list(JWSRegistry.algorithms), strict_check_header=False)

    def check_header(self, header: dict[str, Any]) -> None:
        pass


def signed(header: dict[str, Any], claims: Any, key: Key | bytes) -> str:
    """With bytes for a key by HMAC, as the library would not: it knows a public key when it sees one."""
    if isinstance(key, bytes):
        signing = f"{_base64url(orjson.dumps(header))}.{_base64url(orjson.dumps(claims))}"
        return f"{signing}.{_base64url(hmac.digest(key, signing.encode(), 'sha256'))}"
    return jws.serialize_compact(header, orjson.dumps(claims), key, registry=_Loose())


def shared_secret(key: Key, form: Literal["PEM", "DER"]) -> bytes:
    """What a confused verifier would take for a secret: the bytes of the public key."""
    assert isinstance(key, ECKey)
    return key.as_bytes(encoding=form, private=False)


def hash_of(token: str) -> str:
    return _base64url(hashlib.sha256(token.encode()).digest())


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class TestIssuer:
    """`fetched` counts how often its keys were asked for; `down` makes that fail."""

    __test__ = False

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or SystemClock()
        self.key: Key = ECKey.generate_key("P-256", {"kid": "first"})
        self.published: list[Key] = [self.key]
        self.fetched = 0
        self.down = False

    async def document(self) -> bytes:
        self.fetched += 1
        if self.down:
            raise ConnectionError("no answer")
        return orjson.dumps({"keys": [key.as_dict(private=False) for key in self.published]})

    def rotate(self, kid: str = "second") -> None:
        self.key = ECKey.generate_key("P-256", {"kid": kid})
        self.published = [self.key]

    def claims(self, **more: Any) -> dict[str, Any]:
        """A citizen's; a claim given as None is left out."""
        now = int(self.clock.now().timestamp())
        whole = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + 300,
            "jti": secrets.token_hex(8),
            "sub": SARA,
            "client_id": "app",
            "tamin_kind": "citizen",
        } | more
        return {name: value for name, value in whole.items() if value is not None}

    def token(self, *, header: dict[str, Any] | None = None, key: Key | bytes | None = None, **claims: Any) -> str:
        usual = {"alg": "ES256", "typ": "at+jwt", "kid": self.key.kid}
        return signed(usual | (header or {}), self.claims(**claims), key or self.key)

    def authenticator(
        self,
        *,
        replay: Replay | None = None,
        nonces: Nonces | None = None,
        introspection: Introspection | None = None,
        kinds: frozenset[CallerKind] = frozenset(CallerKind),
        keys: IssuerKeys | None = None,
    ) -> TokenAuthenticator:
        return TokenAuthenticator(
            AccessTokens({ISSUER: keys or IssuerKeys(self.document, self.clock)}, AUDIENCE, self.clock, skew=30),
            introspection,
            Proofs(replay or LocalReplay(self.clock), nonces, self.clock, window=60, skew=30),
            kinds={ISSUER: kinds},
            names=ClaimNames(),
        )


class Holder:
    """Who holds a key and proves it. `proof` makes a good one for `URL`, but for what is given."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.key: Key = ECKey.generate_key("P-256")
        self._clock = clock

    @property
    def thumbprint(self) -> str:
        return self.key.thumbprint()

    def proof(
        self, token: str, *, header: dict[str, Any] | None = None, key: Key | bytes | None = None, **claims: Any
    ) -> str:
        public = {name: value for name, value in self.key.as_dict(private=False).items() if name != "kid"}
        usual = {"alg": "ES256", "typ": "dpop+jwt", "jwk": public}
        whole = {
            "jti": secrets.token_hex(8),
            "htm": "POST",
            "htu": URL,
            "iat": int(self._clock.now().timestamp() if self._clock else time.time()),
            "ath": hash_of(token),
        } | claims
        said = {name: value for name, value in whole.items() if value is not None}
        return signed(usual | (header or {}), said, key or self.key)
