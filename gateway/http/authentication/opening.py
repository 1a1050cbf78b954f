"""Puts an authenticator together from its settings. Whoever opens it hands in how issuers are asked."""

from collections.abc import Mapping
from functools import partial
from typing import Protocol

from pydantic import SecretStr

from gateway.domain.clock import Clock
from gateway.http.authentication.access_token import AccessTokens
from gateway.http.authentication.authenticator import TokenAuthenticator
from gateway.http.authentication.dpop import Proofs
from gateway.http.authentication.introspection import Introspection
from gateway.http.authentication.jwks import Fetch, IssuerKeys, KeyAges, file_of_keys
from gateway.http.authentication.nonces import Nonces
from gateway.http.authentication.settings import Issuer, TokenSettings
from gateway.loading.keyring import Keyring
from gateway.loading.replay import Replay


class Authority(Protocol):
    """How an issuer is asked. Each answers within its own time and size, or raises OSError."""

    async def document(self, url: str) -> bytes: ...

    async def introspection(self, url: str, token: str, *, client: str, secret: str) -> bytes: ...


def authenticator_of(
    settings: TokenSettings, authorities: Mapping[str, Authority], replay: Replay, keyring: Keyring, clock: Clock
) -> TokenAuthenticator:
    """`authorities` by issuer. Asks nobody yet."""
    ages = KeyAges(
        fresh=settings.keys_age_seconds, stale=settings.keys_stale_seconds, pause=settings.keys_pause_seconds
    )
    keys = {
        issuer.issuer: IssuerKeys(fetch, clock, ages)
        for issuer in settings.issuers
        if (fetch := _fetch(issuer, authorities[issuer.issuer])) is not None
    }
    asked = [issuer for issuer in settings.issuers if issuer.introspection_url]
    nonces = Nonces(keyring.derive("dpop.nonce"), clock, seconds=settings.nonce_seconds)
    return TokenAuthenticator(
        AccessTokens(keys, settings.audience, clock, skew=settings.skew_seconds),
        _introspection(asked[0], authorities[asked[0].issuer], settings, clock) if asked else None,
        Proofs(
            replay,
            nonces if settings.proof_nonces else None,
            clock,
            window=settings.proof_seconds,
            skew=settings.skew_seconds,
        ),
        kinds={issuer.issuer: issuer.kinds for issuer in settings.issuers},
        names=settings.claims,
    )


def _fetch(issuer: Issuer, authority: Authority) -> Fetch | None:
    if issuer.jwks_file:
        return file_of_keys(issuer.jwks_file)
    return partial(authority.document, issuer.jwks_url) if issuer.jwks_url else None


def _introspection(issuer: Issuer, authority: Authority, settings: TokenSettings, clock: Clock) -> Introspection:
    url, client, secret = issuer.introspection_url or "", issuer.client_id or "", issuer.client_secret or SecretStr("")

    async def ask(token: str) -> bytes:
        return await authority.introspection(url, token, client=client, secret=secret.get_secret_value())

    return Introspection(
        issuer.issuer,
        ask,
        settings.audience,
        clock,
        active=settings.introspection_seconds,
        inactive=settings.inactive_seconds,
        skew=settings.skew_seconds,
    )
