"""What can be set about tokens. `gateway.settings` reads it from the environment; docs/guide/callers.md explains it."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from gateway.domain.addresses import certificates, http_url, named
from gateway.domain.caller import CallerKind
from gateway.domain.settable import Duration, DurationOrZero


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimNames:
    """Where an issuer writes what RFC 9068 has no name for. `subject` is a citizen's national code."""

    kind: str = "tamin_kind"
    subject: str = "sub"
    workshops: str = "tamin_workshops"
    end_user: str = "tamin_end_user"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """Whose tokens are good, and for which kinds of caller.

    Its keys come from `jwks_url` or `jwks_file`; opaque tokens are put to `introspection_url` with `client_id` and
    `client_secret`. `ca_file` holds the certificates to trust instead of the machine's own.
    """

    issuer: str
    jwks_url: str | None = None
    jwks_file: Path | None = None
    introspection_url: str | None = None
    client_id: str | None = None
    client_secret: SecretStr | None = None
    ca_file: str | None = None
    kinds: frozenset[CallerKind] = frozenset(CallerKind)

    def __post_init__(self) -> None:
        if self.jwks_url and self.jwks_file:
            raise ValueError("an issuer has a jwks_url or a jwks_file, not both")
        if not (self.jwks_url or self.jwks_file or self.introspection_url):
            raise ValueError("an issuer needs a jwks_url, a jwks_file or an introspection_url")
        if self.introspection_url and not (self.client_id and self.client_secret):
            raise ValueError("introspection needs the client_id and client_secret that the issuer gave us")
        if self.ca_file:
            named("ca_file", certificates, self.ca_file)
        for url in (self.jwks_url, self.introspection_url):
            if url and not _is_safe(url):
                raise ValueError("an issuer is asked by https, or by http on loopback")


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSettings:
    """Times in seconds.

    `audience` is our name in `aud`. `skew_seconds` is how far the clock of an issuer may be off. `proof_seconds` is how
    old a proof may be; `proof_nonces` asks for a nonce of ours in each, a new one every `nonce_seconds`.
    `keys_age_seconds` is how long keys serve until they are fetched again, `keys_stale_seconds` how long where that
    fails, `keys_pause_seconds` the least between two fetches. `introspection_seconds` is how long an issuer's yes is
    remembered, `inactive_seconds` its no. `replay` is where used proofs are remembered: process, or a Redis URL;
    without it, where facts are.
    """

    issuers: tuple[Issuer, ...]
    audience: str
    skew_seconds: DurationOrZero = 30.0
    proof_seconds: Duration = 60.0
    proof_nonces: bool = True
    nonce_seconds: Duration = 300.0
    keys_age_seconds: DurationOrZero = 300.0
    keys_stale_seconds: DurationOrZero = 86_400.0
    keys_pause_seconds: DurationOrZero = 10.0
    introspection_seconds: DurationOrZero = 30.0
    inactive_seconds: DurationOrZero = 10.0
    replay: str | None = None
    claims: ClaimNames = field(default_factory=ClaimNames)

    def __post_init__(self) -> None:
        if not self.issuers:
            raise ValueError("at least one issuer is needed")
        if len({issuer.issuer for issuer in self.issuers}) < len(self.issuers):
            raise ValueError("an issuer is named twice")
        if sum(issuer.introspection_url is not None for issuer in self.issuers) > 1:
            raise ValueError("an opaque token names no issuer, so only one issuer can have an introspection_url")
        if not self.audience:
            raise ValueError("an audience is needed: without one, a token for any other service would be good here")


def _is_safe(url: str) -> bool:
    parts = urlsplit(http_url(url))
    return parts.scheme == "https" or parts.hostname in {"127.0.0.1", "::1", "localhost"}
