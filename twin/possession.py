"""What an issuer checks of a DPoP proof (RFC 9449, section 5): who signed it, when, and for which request."""

import time
from collections import OrderedDict

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

WINDOW_SECONDS = 120
KEPT = 10_000


class ProofRefused(Exception):
    """The sentence is for the client."""


class Possession:
    """Remembers the proofs it has seen. ES256 alone."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, None] = OrderedDict()

    def thumbprint(self, proof: str, method: str, url: str) -> str:
        """Of the key that signed it. Raises ProofRefused."""
        try:
            header = jws.extract_compact(proof.encode(), registry=_REGISTRY).headers()
            if header.get("typ") != "dpop+jwt" or "d" in header["jwk"]:
                raise ProofRefused("a proof has typ dpop+jwt, and a public key in its header")
            key = ECKey.import_key(header["jwk"])
            claims = jwt.decode(proof, key, algorithms=["ES256"], registry=_REGISTRY).claims
        except (JoseError, ValueError, KeyError, TypeError, AttributeError):
            raise ProofRefused("a proof is a JWT signed by ES256 with the key of its header") from None
        if claims.get("htm") != method or claims.get("htu") != url:
            raise ProofRefused(f"the proof is not for {method} {url}")
        issued = claims.get("iat")
        if not isinstance(issued, int | float) or abs(time.time() - issued) > WINDOW_SECONDS:
            raise ProofRefused("the proof was made at another time")
        thumbprint = key.thumbprint()
        used = f"{thumbprint} {claims.get('jti')}"
        if not isinstance(claims.get("jti"), str) or used in self._seen:
            raise ProofRefused("the proof has no id of its own, or was used before")
        self._seen[used] = None
        if len(self._seen) > KEPT:
            self._seen.popitem(last=False)
        return thumbprint


class _LongHeaders(jws.JWSRegistry):
    max_header_length = 2_048  # a key stands in it


_REGISTRY = _LongHeaders(algorithms=["ES256"])
