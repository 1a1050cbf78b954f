"""Turns the claims of a proven token into a Caller. Knows neither signatures nor HTTP."""

from collections.abc import Mapping
from typing import Any

from gateway.domain.caller import Caller, CallerKind
from gateway.domain.identifiers import BranchCode, NationalId, WorkshopCode, WorkshopKey
from gateway.http.authentication.jose import seconds_of
from gateway.http.authentication.settings import ClaimNames
from gateway.http.authentication.shown import Unauthenticated


def caller_of(
    claims: Mapping[str, Any], names: ClaimNames, *, kinds: frozenset[CallerKind], thumbprint: str | None
) -> Caller:
    """Raises Unauthenticated for claims that make no caller, and for a kind that their issuer may not name."""
    try:
        caller = _caller(claims, names, thumbprint)
    except (KeyError, ValueError, TypeError, AttributeError):
        raise Unauthenticated("claims that make no caller") from None
    if caller.kind not in kinds:
        raise Unauthenticated("a kind of caller that this issuer may not name")
    return caller


def _caller(claims: Mapping[str, Any], names: ClaimNames, thumbprint: str | None) -> Caller:
    kind = CallerKind(_text(claims[names.kind]).upper())
    end_user = claims.get(names.end_user)
    return Caller(
        kind=kind,
        subject=_subject(kind, _text(claims[names.subject])),
        client=_text(claims["client_id"]),
        end_user=None if end_user is None or kind is not CallerKind.AGENCY else _text(end_user),
        workshops=_workshops(claims.get(names.workshops, [])) if kind is CallerKind.EMPLOYER else frozenset(),
        scopes=frozenset(_text(claims.get("scope") or " ").split()),
        thumbprint=thumbprint,
        token_id=None if claims.get("jti") is None else _text(claims["jti"]),
        expires_at=seconds_of(claims, "exp"),
    )


def _subject(kind: CallerKind, sub: str) -> NationalId | None:
    """A citizen is always a person; an employer may be one, or a company that the issuer names in its own way."""
    if kind is CallerKind.CITIZEN:
        return NationalId(sub)
    if kind is CallerKind.EMPLOYER and len(sub) == 10 and sub.isdigit():
        return NationalId(sub)
    return None


def _workshops(said: Any) -> frozenset[WorkshopKey]:
    """Each as CODE@BRANCH."""
    if not isinstance(said, list):
        raise TypeError
    keys = []
    for text in said:
        code, _, branch = _text(text).partition("@")
        keys.append(WorkshopKey(WorkshopCode(code), BranchCode(branch)))
    return frozenset(keys)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value or len(value) > 2_048:
        raise TypeError
    return value
