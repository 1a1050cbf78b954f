"""The tokens of one test run, from the twin's issuer, and the key that agencies prove."""

import secrets
import time

import httpx
from joserfc.jwk import ECKey

from tests.http.issuing import hash_of, signed

JSON = dict[str, str]


class Wallet:
    """A token a caller, kept. `headers` are those of one request."""

    def __init__(self, token_url: str) -> None:
        self._token_url = token_url
        self._key = ECKey.generate_key("P-256")
        self._tokens: dict[str, str] = {}
        self._nonce: str | None = None

    def headers(self, whom: str, method: str, url: str) -> JSON:
        token = self.token(whom)
        if not whom.startswith("agency:"):
            return {"authorization": f"Bearer {token}"}
        return {"authorization": f"DPoP {token}", "dpop": self.proof(method, url, token=token)}

    def learned(self, response: httpx.Response) -> bool:
        """Whether the answer asks for the same again with its nonce, which `headers` uses from now on."""
        nonce = response.headers.get("dpop-nonce")
        if response.status_code != 401 or nonce is None:
            return False
        self._nonce = nonce
        return True

    def token(self, whom: str, **more: str) -> str:
        """`more` are fields of the request for it; with any, it is a token of its own."""
        if more or whom not in self._tokens:
            given = self._ask(whom, more)
            if more:
                return given
            self._tokens[whom] = given
        return self._tokens[whom]

    def proof(self, method: str, url: str, *, token: str | None = None) -> str:
        claims = {"jti": secrets.token_hex(8), "htm": method, "htu": url, "iat": int(time.time())}
        if token:
            claims["ath"] = hash_of(token)
            claims |= {"nonce": self._nonce} if self._nonce else {}
        public = {name: value for name, value in self._key.as_dict(private=False).items() if name != "kid"}
        return signed({"typ": "dpop+jwt", "alg": "ES256", "jwk": public}, claims, self._key)

    def _ask(self, whom: str, more: JSON) -> str:
        form = {"grant_type": "urn:tamin:sandbox", "whom": whom, **more}
        headers = {"dpop": self.proof("POST", self._token_url)} if whom.startswith("agency:") else {}
        answer = httpx.post(self._token_url, data=form, headers=headers, trust_env=False).raise_for_status().json()
        token: str = answer["access_token"]
        return token
