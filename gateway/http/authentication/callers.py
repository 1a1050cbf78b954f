"""Who calls and how far the token reaches, or the answer that says why not: the same for every door."""

from collections.abc import Callable, Sequence

from gateway.domain.caller import Caller
from gateway.http.authentication.challenges import token_insufficient, token_needed, token_refused, undecided
from gateway.http.authentication.shown import Authenticator, Shown, Unauthenticated, Undecided
from gateway.http.head import Head
from gateway.rights.rights import Policy, Rights


async def caller_of(
    head: Head, authenticator: Authenticator, origin: str | None, revoked: Callable[[Caller], bool]
) -> Caller | None:
    """None for who shows no token. Raises Rejected: 401 for a token that is not good, or was taken back; 503 where it
    cannot be told."""
    try:
        caller = await authenticator.authenticate(Shown.by(head, origin))
    except Unauthenticated as refused:
        raise token_refused(refused) from None
    except Undecided as reason:
        raise undecided(reason) from None
    if caller is not None and revoked(caller):
        raise token_refused()
    return caller


async def rights_of(
    head: Head, authenticator: Authenticator, origin: str | None, policy: Policy, needed: Sequence[str], scope: str
) -> Rights:
    """Of a caller who may see all the coordinates `needed`, which `scope` opens. Raises Rejected as `caller_of`, 401
    without a token and 403 where it does not reach so far."""
    caller = await caller_of(head, authenticator, origin, policy.revoked)
    if caller is None:
        raise token_needed()
    rights = policy.rights_of(caller)
    if not all(policy.releases(rights, coordinate) for coordinate in needed):
        raise token_insufficient(scope)
    return rights
