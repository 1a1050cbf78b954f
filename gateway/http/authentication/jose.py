"""Signed JSON, strictly: few algorithms, all asymmetric, no header that leads elsewhere, sizes bounded."""

import math
from collections.abc import Mapping
from typing import Any

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwa import JWSAlgModel
from joserfc.jwk import ECKey, JWKRegistry, Key, OKPKey, RSAKey
from joserfc.jws import CompactSignature, JWSRegistry

from gateway.http.authentication.shown import Unauthenticated

# Ed25519 is the name that RFC 9864 gives to what EdDSA was used for.
ALGORITHMS = ("ES256", "RS256", "PS256", "EdDSA", "Ed25519")
MAX_LENGTH = 8_192
RSA_MODULUS = range(342, 1_368)  # base64url characters of 2048 to 8192 bits
RSA_EXPONENT = range(1, 9)  # likewise; a long one makes each verification dear
_HEADERS = frozenset({"alg", "typ", "kid", "cty", "x5t", "x5t#S256"})  # `crit` too is none: we understand no extension


class _Registry(JWSRegistry):
    max_header_length = 4_096  # the key of a proof stands in its header

    def get_alg(self, name: str) -> JWSAlgModel:
        # Not super(): it warns of EdDSA, which issuers still write.
        if name not in ALGORITHMS:
            raise Unauthenticated("an algorithm that is not ours")
        return self.algorithms[name]


_REGISTRY = _Registry(algorithms=ALGORITHMS)


class Signed:
    """A compact JWS taken apart. Nothing in it is proven before `claims` has returned."""

    def __init__(self, text: str, types: frozenset[str], *, headers: frozenset[str] = frozenset()) -> None:
        """`types` are the `typ` that it may have; `headers` those allowed beside the usual. Raises Unauthenticated."""
        if len(text) > MAX_LENGTH:
            raise Unauthenticated("longer than any of ours")
        try:
            self._signature: CompactSignature = jws.extract_compact(text.encode("ascii"), registry=_REGISTRY)
            self.header = _object(orjson.dumps(self._signature.headers()))
            self.unproven = _object(self._signature.payload)
        except (JoseError, ValueError, TypeError, RecursionError) as error:
            raise Unauthenticated(type(error).__name__) from None
        if self.header.keys() - _HEADERS - headers:
            raise Unauthenticated("a header that we do not understand")
        if self.header.get("alg") not in ALGORITHMS:
            raise Unauthenticated("an algorithm that is not ours")
        typ = self.header.get("typ")
        if not isinstance(typ, str) or typ.lower().removeprefix("application/") not in types:
            raise Unauthenticated("another type of token")

    @property
    def algorithm(self) -> str:
        return str(self.header["alg"])

    @property
    def kid(self) -> str | None:
        kid = self.header.get("kid")
        return kid if isinstance(kid, str) else None

    def claims(self, key: Key) -> dict[str, Any]:
        """What it says, once the key has proven it. Raises Unauthenticated."""
        try:
            proven = jws.validate_compact(self._signature, key, registry=_REGISTRY)
        except (JoseError, ValueError, TypeError) as error:
            raise Unauthenticated(type(error).__name__) from None
        if not proven:
            raise Unauthenticated("a signature that does not hold")
        return self.unproven


def public_key(said: Mapping[str, Any]) -> Key | None:
    """A key that can verify one of ours; None for any other, such as a symmetric, a short or a private one."""
    if said.get("use", "sig") != "sig" or "d" in said or said.get("kty") not in {"RSA", "EC", "OKP"}:
        return None
    if said.get("alg", ALGORITHMS[0]) not in ALGORITHMS:
        return None
    if said["kty"] == "RSA" and not (_has(said, "n", RSA_MODULUS) and _has(said, "e", RSA_EXPONENT)):
        return None
    try:
        key = JWKRegistry.import_key(dict(said))
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return key if fits(key, None) else None


def _has(said: Mapping[str, Any], name: str, lengths: range) -> bool:
    value = said.get(name)
    return isinstance(value, str) and len(value) in lengths


def fits(key: Key, algorithm: str | None) -> bool:
    """Whether the key is of the kind that the algorithm takes; with None, that any of ours takes."""
    if algorithm is not None and key.alg not in {None, algorithm}:
        return False
    match key:
        case RSAKey():
            return algorithm in {None, "RS256", "PS256"}
        case ECKey():
            return key.curve_name == "P-256" and algorithm in {None, "ES256"}
        case OKPKey():
            return key.dict_value.get("crv") == "Ed25519" and algorithm in {None, "EdDSA", "Ed25519"}
    return False


def seconds_of(claims: Mapping[str, Any], name: str) -> float | None:
    """A NumericDate; None without one. Raises Unauthenticated for what is no time."""
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise Unauthenticated(f"{name} is no time")
    return float(value)


def _object(payload: bytes) -> dict[str, Any]:
    said = orjson.loads(payload)
    if not isinstance(said, dict):
        raise TypeError
    return said
