"""SD-JWT (RFC 9901): facts that the holder can show or hide one by one, and the proof that it is the holder who shows.

The form, not the meaning: what stands in the claims is for `credential`. Tests read and write with the reference
implementation as well.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from joserfc import jws
from joserfc.jwk import ECKey

from gateway.certificates.claims import base64url, from_base64url
from gateway.certificates.refusals import NotGood, Reason
from gateway.certificates.signing import ALGORITHM, CURVE, header_of, json_object, proven

HASH = "sha-256"
KEY_BINDING = "kb+jwt"
_RESERVED = {"_sd", "...", "_sd_alg"}
_DEEPEST = 16


@dataclass(frozen=True, slots=True)
class Disclosure:
    """`path` is the object that the claim belongs to, from the top: () or ("facts",). `text` is what is digested."""

    text: str
    name: str
    value: Any
    path: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        return base64url(hashlib.sha256(self.text.encode()).digest())


@dataclass(frozen=True, slots=True)
class Presentation:
    """An SD-JWT taken apart; nothing in it is proven. `binding` is the holder's proof, None without one."""

    token: str
    disclosures: tuple[str, ...]
    binding: str | None = None

    @classmethod
    def read(cls, text: str) -> "Presentation":
        """Raises NotGood."""
        token, *rest = text.split("~")
        if not rest:
            raise NotGood(Reason.MALFORMED)
        *disclosures, binding = rest
        return cls(token, tuple(disclosures), binding or None)

    @property
    def bare(self) -> str:
        """Without the holder's proof: what that proof is made over."""
        return "~".join((self.token, *self.disclosures, ""))

    def __str__(self) -> str:
        return self.bare + (self.binding or "")


def issued(
    open_claims: Mapping[str, Any],
    hidden: Mapping[tuple[str, ...], Mapping[str, Any]],
    sign: Callable[[Mapping[str, Any]], str],
) -> str:
    """An SD-JWT. `hidden` claims, by the object they belong to, each become a disclosure; the rest is open to all."""
    payload = dict(open_claims) | {"_sd_alg": HASH}
    disclosures: list[Disclosure] = []
    for path, claims in hidden.items():
        made = [_disclosure(name, value, path) for name, value in claims.items()]
        place = payload
        for step in path:
            place = place.setdefault(step, {})
        place["_sd"] = sorted(one.digest for one in made)  # sorted, so that their order tells nothing
        disclosures += made
    return str(Presentation(sign(payload), tuple(one.text for one in disclosures)))


def presented(
    credential: str,
    show: Callable[[tuple[str, ...], str], bool],
    *,
    holder: ECKey | None = None,
    audience: str = "",
    nonce: str = "",
    at: int = 0,
) -> str:
    """What the holder hands over: the disclosures for which `show(path, name)`, and a proof for `audience`."""
    whole = Presentation.read(credential)
    payload = unproven(whole.token)
    paths = _paths(payload)
    kept = [text for text in whole.disclosures if show(*_place(text, paths))]
    bare = Presentation(whole.token, tuple(kept))
    if holder is None:
        return str(bare)
    said = {"iat": at, "aud": audience, "nonce": nonce, "sd_hash": _sd_hash(bare)}
    header = {"alg": ALGORITHM, "typ": KEY_BINDING}
    proof = jws.serialize_compact(header, orjson.dumps(said), holder, algorithms=[ALGORITHM])
    return str(Presentation(bare.token, bare.disclosures, proof))


def unproven(token: str) -> dict[str, Any]:
    header_of(token)
    return json_object(token.split(".")[1])


@dataclass(slots=True)
class Revealed:
    """The claims as far as they are shown; `hidden` counts the digests without a disclosure."""

    claims: dict[str, Any]
    hidden: int = 0


def revealed(payload: Mapping[str, Any], disclosures: Iterable[str]) -> Revealed:
    """Puts the disclosures where their digests stand (RFC 9901, 7.1). Raises NotGood for one that belongs nowhere."""
    if payload.get("_sd_alg", HASH) != HASH:
        raise NotGood(Reason.ALGORITHM)
    texts = list(disclosures)
    by_digest = {base64url(hashlib.sha256(text.encode()).digest()): text for text in texts}
    if len(by_digest) != len(texts):
        raise NotGood(Reason.DISCLOSURE)
    work = _Revealing(by_digest)
    claims = work.members(payload, 0)
    claims.pop("_sd_alg", None)
    if work.used != by_digest.keys():
        raise NotGood(Reason.DISCLOSURE)
    return Revealed(claims, work.hidden)


@dataclass(slots=True)
class _Revealing:
    by_digest: Mapping[str, str]
    used: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    hidden: int = 0

    def members(self, said: Mapping[str, Any], depth: int) -> dict[str, Any]:
        if depth > _DEEPEST:
            raise NotGood(Reason.MALFORMED)
        found = {name: self.value(value, depth) for name, value in said.items() if name != "_sd"}
        digests = said.get("_sd", [])
        if not isinstance(digests, list):
            raise NotGood(Reason.MALFORMED)
        for digest in digests:
            parts = self._disclosed(digest, 3)
            if parts is None:
                continue
            _, name, value = parts
            if not isinstance(name, str) or name in _RESERVED or name in found:
                raise NotGood(Reason.DISCLOSURE)
            found[name] = self.value(value, depth)
        return found

    def value(self, value: Any, depth: int) -> Any:
        if isinstance(value, dict):
            return self.members(value, depth + 1)
        return self._array(value, depth) if isinstance(value, list) else value

    def _array(self, entries: list[Any], depth: int) -> list[Any]:
        found = []
        for entry in entries:
            if isinstance(entry, dict) and entry.keys() == {"..."}:
                parts = self._disclosed(entry["..."], 2)
                if parts is not None:
                    found.append(self.value(parts[1], depth + 1))
            else:
                found.append(self.value(entry, depth + 1))
        return found

    def _disclosed(self, digest: object, parts: int) -> list[Any] | None:
        if not isinstance(digest, str) or digest in self.seen:
            raise NotGood(Reason.DISCLOSURE)  # the same digest twice
        self.seen.add(digest)
        text = self.by_digest.get(digest)
        if text is None:
            self.hidden += 1
            return None
        self.used.add(digest)
        said = _parts(text)
        if len(said) != parts:
            raise NotGood(Reason.DISCLOSURE)
        return said


def bound(presentation: Presentation, holder: Mapping[str, Any], *, audience: str | None, nonce: str | None) -> None:
    """Proves that the holder of the key in `cnf` shows just these disclosures, to us, now. Raises NotGood.

    With None, an audience or a nonce is taken as it is: whoever asks for a presentation should give both.
    """
    if presentation.binding is None:
        raise NotGood(Reason.HOLDER)
    header = header_of(presentation.binding)
    if header.get("alg") != ALGORITHM:
        raise NotGood(Reason.ALGORITHM)
    try:
        key = ECKey.import_key({name: holder[name] for name in ("kty", "crv", "x", "y")})
        if header.get("typ") != KEY_BINDING or key.curve_name != CURVE:
            raise NotGood(Reason.HOLDER)
        said = proven(presentation.binding, key)
    except (NotGood, ValueError, KeyError, TypeError):
        raise NotGood(Reason.HOLDER) from None
    wanted = {"sd_hash": _sd_hash(presentation)}
    wanted |= {name: value for name, value in (("aud", audience), ("nonce", nonce)) if value is not None}
    if any(said.get(name) != value for name, value in wanted.items()):
        raise NotGood(Reason.HOLDER)


def _sd_hash(presentation: Presentation) -> str:
    return base64url(hashlib.sha256(presentation.bare.encode()).digest())


def _disclosure(name: str, value: Any, path: tuple[str, ...]) -> Disclosure:
    salt = base64url(secrets.token_bytes(16))
    return Disclosure(base64url(orjson.dumps([salt, name, value])), name, value, path)


def _parts(text: str) -> list[Any]:
    try:
        said = orjson.loads(from_base64url(text))
    except (NotGood, ValueError):
        raise NotGood(Reason.DISCLOSURE) from None
    if not isinstance(said, list):
        raise NotGood(Reason.DISCLOSURE)
    return said


def _paths(payload: Mapping[str, Any], path: tuple[str, ...] = ()) -> dict[str, tuple[str, ...]]:
    found = dict.fromkeys(payload.get("_sd", ()), path)
    for name, value in payload.items():
        if isinstance(value, dict):
            found |= _paths(value, (*path, name))
    return found


def _place(text: str, paths: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, ...], str]:
    digest = base64url(hashlib.sha256(text.encode()).digest())
    return paths.get(digest, ()), str(_parts(text)[1])
