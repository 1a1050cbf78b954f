"""A token that is bound to a key, and proofs for it: one a request, each good once (RFC 9449)."""

import http.client
from pathlib import Path
from urllib.parse import urlsplit

from joserfc.jwk import ECKey

from adapters.outbound.authority import open_authority
from gateway.sandbox import proof, token_for


class Holder:
    """Holds the key and the token. Make it with `holder_of`."""

    def __init__(self, key: ECKey, token: str) -> None:
        self._key, self.token = key, token

    def headers(self, url: str, nonce: str | None) -> str:
        return f"dpop: {proof(self._key, 'POST', url, token=self.token, nonce=nonce)}"

    def write(self, url: str, count: int, path: Path) -> Path:
        """So many fresh proofs for requests to a running gateway, a header line each."""
        nonce = self.nonce(url)
        path.write_text("\n".join(self.headers(url, nonce) for _ in range(count)))
        return path

    def nonce(self, url: str) -> str | None:
        """What the gateway wants to see in proofs, learned from its refusal of one without."""
        place = urlsplit(url)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=30)
        name, _, value = self.headers(url, None).partition(": ")
        headers = {"content-type": "application/json", "authorization": f"DPoP {self.token}", name: value}
        try:
            connection.request("POST", place.path, b'{"query": "{ __typename }"}', headers)
            answer = connection.getresponse()
            answer.read()
            return answer.headers.get("dpop-nonce")
        finally:
            connection.close()


async def holder_of(whom: str, token_url: str) -> Holder:
    key = ECKey.generate_key("P-256")
    async with open_authority() as authority:
        return Holder(key, await token_for(whom, token_url, authority, key=key))
