"""Who calls: the token of a request, what it is bound to, and the caller it makes."""

from gateway.http.authentication.authenticator import TokenAuthenticator
from gateway.http.authentication.callers import caller_of, rights_of
from gateway.http.authentication.challenges import (
    METADATA_PATH,
    challenge,
    challenge_refusal,
    token_insufficient,
    token_needed,
    token_refused,
    undecided,
)
from gateway.http.authentication.opening import Authority, authenticator_of
from gateway.http.authentication.resource_metadata import metadata_routes
from gateway.http.authentication.settings import ClaimNames, Issuer, TokenSettings
from gateway.http.authentication.shown import Authenticator, Shown, Unauthenticated, Undecided

__all__ = [
    "METADATA_PATH",
    "Authenticator",
    "Authority",
    "ClaimNames",
    "Issuer",
    "Shown",
    "TokenAuthenticator",
    "TokenSettings",
    "Unauthenticated",
    "Undecided",
    "authenticator_of",
    "caller_of",
    "challenge",
    "challenge_refusal",
    "metadata_routes",
    "rights_of",
    "token_insufficient",
    "token_needed",
    "token_refused",
    "undecided",
]
