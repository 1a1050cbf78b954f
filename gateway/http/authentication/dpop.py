"""Proofs of possession (RFC 9449): this request was made by who holds the key that the token is bound to.

A proof is made for one request: its method, its URL without query, its token, and with a nonce of ours. It serves once.
The proofs of one holder begin alike, with their key: what that is, is remembered once a token was bound to it
(docs/decisions/0015-proven-once.md).
"""

import base64
import hashlib
import hmac
import re
import string
from collections import OrderedDict
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from joserfc.jwk import Key

from gateway.domain.clock import Clock
from gateway.http.authentication.jose import Signed, fits, public_key, seconds_of
from gateway.http.authentication.nonces import Nonces
from gateway.http.authentication.shown import Shown, Unauthenticated, Undecided
from gateway.loading.replay import Replay, ReplayUnknown

TYPES = frozenset({"dpop+jwt"})
HEADERS = frozenset({"jwk"})
MAX_ID_LENGTH = 256
REMEMBERED = 10_000  # holders of keys
_UNRESERVED = frozenset(string.ascii_letters + string.digits + "-._~")


class _Holder(NamedTuple):
    """Who a proof says made it, by its header."""

    key: Key
    thumbprint: str


class Proofs:
    """`window` and `skew` in seconds: a proof is good from `skew` before its `iat` to `window` and `skew` after it.

    Without `nonces`, proofs need none. The keys of the `remembered` holders seen last are made out once.
    """

    def __init__(
        self,
        replay: Replay,
        nonces: Nonces | None,
        clock: Clock,
        *,
        window: float,
        skew: float,
        remembered: int = REMEMBERED,
    ) -> None:
        self._replay = replay
        self._nonces = nonces
        self._clock = clock
        self._window = window
        self._skew = skew
        self._most = remembered
        self._holders: OrderedDict[bytes, _Holder] = OrderedDict()  # by the SHA-256 of their proofs' header

    async def check(self, shown: Shown, token: str, thumbprint: str) -> None:
        """That the request has a good proof by the key of that thumbprint (RFC 7638). Raises Unauthenticated, or
        Undecided where it cannot be told whether the proof was used before."""
        if len(shown.proofs) != 1:
            raise _bad("one proof is needed")
        try:
            signed = Signed(shown.proofs[0], TYPES, headers=HEADERS)
            header = hashlib.sha256(shown.proofs[0].partition(".")[0].encode()).digest()
            holder = self._holders.get(header) or _holder(signed)
            claims = signed.claims(holder.key)
            issued = seconds_of(claims, "iat")
        except Unauthenticated as error:
            raise _bad(str(error)) from None
        if not hmac.compare_digest(holder.thumbprint.encode(), thumbprint.encode("utf-8", "replace")):
            raise _bad("by another key")
        self._remember(header, holder)
        self._check(claims, shown, token, issued)
        self._check_nonce(claims)
        # Last, so that only proofs which are good otherwise take room in the memory.
        await self._check_unused(thumbprint, claims["jti"])

    def _remember(self, header: bytes, holder: _Holder) -> None:
        self._holders[header] = holder
        self._holders.move_to_end(header)
        if len(self._holders) > self._most:
            self._holders.popitem(last=False)

    def _check(self, claims: dict[str, Any], shown: Shown, token: str, issued: float | None) -> None:
        proof_id = claims.get("jti")
        if not isinstance(proof_id, str) or not 0 < len(proof_id) <= MAX_ID_LENGTH:
            raise _bad("no id")
        if claims.get("htm") != shown.method:
            raise _bad("for another method")
        target = claims.get("htu")
        if not isinstance(target, str) or normal(target) is None or normal(target) != normal(shown.url):
            raise _bad("for another address")
        now = self._clock.now().timestamp()
        if issued is None or not now - self._window - self._skew <= issued <= now + self._skew:
            raise _bad("made at another time")
        hashed = claims.get("ath")
        if not isinstance(hashed, str) or not hmac.compare_digest(hashed.encode(), hash_of(token).encode()):
            raise _bad("for another token")

    def _check_nonce(self, claims: dict[str, Any]) -> None:
        if self._nonces is not None and not self._nonces.holds(claims.get("nonce")):
            raise Unauthenticated("no nonce of ours", error="use_dpop_nonce", nonce=self._nonces.current())

    async def _check_unused(self, thumbprint: str, proof_id: str) -> None:
        name = hashlib.sha256(f"{thumbprint}\0{proof_id}".encode("utf-8", "surrogatepass")).digest()
        try:
            # As long as the proof could be good, its `iat` lying ahead of our clock included.
            unused = await self._replay.first_use(name, self._window + 2 * self._skew)
        except ReplayUnknown as unknown:
            raise Undecided("cannot tell whether a proof was used", retry_after=unknown.retry_after) from None
        if not unused:
            raise _bad("used before")


def _holder(signed: Signed) -> _Holder:
    said = signed.header.get("jwk")
    key = public_key(said) if isinstance(said, dict) else None
    if key is None or not fits(key, signed.algorithm):
        raise Unauthenticated("no key that can prove")
    return _Holder(key, key.thumbprint())


def hash_of(token: str) -> str:
    """The `ath` of a proof."""
    return base64.urlsafe_b64encode(hashlib.sha256(token.encode("utf-8", "replace")).digest()).rstrip(b"=").decode()


def normal(url: str) -> str | None:
    """Equal for addresses that mean the same (RFC 3986, 6.2.2 and 6.2.3), query and fragment left out; None for what is
    no address of HTTP."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    scheme, host = parts.scheme.lower(), parts.hostname
    if scheme not in {"http", "https"} or not host or parts.username is not None or parts.password is not None:
        return None
    shown_port = "" if port in {None, {"http": 80, "https": 443}[scheme]} else f":{port}"
    path = re.sub(r"%[0-9A-Fa-f]{2}", _plain, parts.path or "/")
    return f"{scheme}://{host.lower().rstrip('.')}{shown_port}{path}"


def _plain(escaped: re.Match[str]) -> str:
    character = unquote(escaped[0], "latin-1")
    return character if character in _UNRESERVED else escaped[0].upper()


def _bad(reason: str) -> Unauthenticated:
    return Unauthenticated(f"proof: {reason}", error="invalid_dpop_proof")
