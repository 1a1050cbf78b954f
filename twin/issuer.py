"""A small OAuth2 issuer for the sandbox: hands a token to whoever asks, for whomever they name. Never more than that.

    GET  /.well-known/oauth-authorization-server    RFC 8414
    GET  /jwks                                      the public keys; `rotate` adds one and signs with it from then on
    POST /oauth2/token                              grant_type=urn:tamin:sandbox, whom=citizen:sara
    POST /introspect                                RFC 7662, with the client's secret
    POST /revoke                                    RFC 7009

A token request may add `end_user`, `scope`, `audience`, `expires_in` (seconds), `opaque=1`, `certificate` (the SHA-256
of one, in base64url, which the token is then bound to), and a DPoP header (it is then bound to its key). Tokens are
good for 12 hours of real time: the twin's clock moves the back offices, not the issuer.
"""

import base64
import secrets
import time
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from twin.json_lies import said
from twin.possession import Possession, ProofRefused
from twin.token_holders import claims_of
from twin.trouble import QuestionTooLong, question

GRANT = "urn:tamin:sandbox"
AUDIENCE = "urn:tamin:gateway:sandbox"
CLIENT_ID, CLIENT_SECRET = "tamin-gateway", "sandbox-introspection-1401"
LIFETIME_SECONDS = 12 * 3600
KEYS_KEPT = 3
NO_STORE = {"Cache-Control": "no-store"}


class Issuer:
    """Keys are made at the start. `url` is set once it is known where it listens."""

    def __init__(self) -> None:
        self.url = ""
        self._keys: list[ECKey] = []
        self._possession = Possession()
        self._opaque: dict[str, dict[str, Any]] = {}
        self._revoked: set[str] = set()
        self.rotate()
        self.app = Starlette(
            routes=[
                Route("/.well-known/oauth-authorization-server", self._metadata, methods=["GET"]),
                Route("/jwks", self._jwks, methods=["GET"]),
                Route("/oauth2/token", self._token, methods=["POST"]),
                Route("/introspect", self._introspect, methods=["POST"]),
                Route("/revoke", self._revoke, methods=["POST"]),
            ]
        )

    @property
    def descriptor(self) -> dict[str, str]:
        return {
            "url": self.url,
            "audience": AUDIENCE,
            "token_url": f"{self.url}/oauth2/token",
            "jwks_url": f"{self.url}/jwks",
            "introspection_url": f"{self.url}/introspect",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
        }

    def rotate(self, *, forget: bool = False) -> list[str]:
        """Signs with a new key from now on. The former ones are still published, unless they are to be forgotten."""
        fresh = ECKey.generate_key("P-256", {"kid": secrets.token_hex(8), "use": "sig", "alg": "ES256"})
        self._keys = [fresh] if forget else [fresh, *self._keys][:KEYS_KEPT]
        return [str(key.kid) for key in self._keys]

    async def _metadata(self, request: Request) -> Response:
        return said(
            {
                "issuer": self.url,
                "token_endpoint": f"{self.url}/oauth2/token",
                "jwks_uri": f"{self.url}/jwks",
                "introspection_endpoint": f"{self.url}/introspect",
                "revocation_endpoint": f"{self.url}/revoke",
                "grant_types_supported": [GRANT],
                "response_types_supported": [],
                "token_endpoint_auth_methods_supported": ["none"],
                "introspection_endpoint_auth_methods_supported": ["client_secret_basic"],
                "dpop_signing_alg_values_supported": ["ES256"],
                "tls_client_certificate_bound_access_tokens": True,
            }
        )

    async def _jwks(self, request: Request) -> Response:
        return said({"keys": [key.as_dict(private=False) for key in self._keys]})

    async def _token(self, request: Request) -> Response:
        try:
            form = await _form(request)
            if form.get("grant_type") != GRANT:
                return _failed("unsupported_grant_type", f"the sandbox knows {GRANT} alone")
            claims = self._claims(form)
            proof = request.headers.get("dpop")
            if proof is not None:
                thumbprint = self._possession.thumbprint(proof, "POST", f"{self.url}/oauth2/token")
                claims["cnf"] = {**claims.get("cnf", {}), "jkt": thumbprint}
        except ProofRefused as refused:
            return _failed("invalid_dpop_proof", str(refused))
        except (ValueError, QuestionTooLong) as problem:
            return _failed("invalid_request", str(problem))
        token = self._opaque_token(claims) if form.get("opaque") == "1" else self._signed_token(claims)
        answer = {
            "access_token": token,
            "token_type": "DPoP" if proof is not None else "Bearer",
            "expires_in": claims["exp"] - claims["iat"],
        }
        return said(answer, headers=NO_STORE)

    def _claims(self, form: dict[str, str]) -> dict[str, Any]:
        """Raises ValueError with a sentence."""
        now, lifetime = int(time.time()), int(form.get("expires_in", LIFETIME_SECONDS))
        claims: dict[str, Any] = {
            "iss": self.url,
            "aud": form.get("audience", AUDIENCE),
            "iat": now,
            "exp": now + lifetime,
            "jti": secrets.token_urlsafe(16),
            **claims_of(form.get("whom", ""), form.get("end_user")),
        }
        if "scope" in form:
            claims["scope"] = form["scope"]
        if "certificate" in form:
            claims["cnf"] = {"x5t#S256": form["certificate"]}
        return claims

    def _signed_token(self, claims: dict[str, Any]) -> str:
        key = self._keys[0]
        return jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": key.kid}, claims, key)

    def _opaque_token(self, claims: dict[str, Any]) -> str:
        token = secrets.token_urlsafe(32)
        self._opaque[token] = claims
        return token

    async def _introspect(self, request: Request) -> Response:
        expected = "Basic " + base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        if not secrets.compare_digest(request.headers.get("authorization", "").encode(), expected.encode()):
            return said({"error": "invalid_client"}, 401, {"WWW-Authenticate": 'Basic realm="issuer"'})
        claims = self._opaque.get((await _form(request)).get("token", ""))
        if claims is None or claims["jti"] in self._revoked or claims["exp"] <= time.time():
            return said({"active": False}, headers=NO_STORE)
        return said({"active": True, **claims}, headers=NO_STORE)

    async def _revoke(self, request: Request) -> Response:
        """Opaque tokens only: a signed one is good until it ends, or until the gateway's own register names its id."""
        claims = self._opaque.get((await _form(request)).get("token", ""))
        if claims is not None:
            self._revoked.add(claims["jti"])
        return Response(status_code=200)


async def _form(request: Request) -> dict[str, str]:
    """Raises ValueError for a parameter that is given twice (RFC 6749, section 3.2)."""
    fields = parse_qs((await question(request)).decode("utf-8", "replace"), keep_blank_values=True)
    if any(len(values) > 1 for values in fields.values()):
        raise ValueError("a parameter is given twice")
    return {name: values[0] for name, values in fields.items()}


def _failed(error: str, description: str) -> Response:
    return said({"error": error, "error_description": description}, 400, NO_STORE)
