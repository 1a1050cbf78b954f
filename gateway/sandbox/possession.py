"""The key that this machine's agency tokens are bound to, and proofs made with it (RFC 9449)."""

import base64
import hashlib
import os
import secrets
import time
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import ECKey
from joserfc.jws import JWSRegistry


def kept_key(folder: Path) -> ECKey:
    """Made on first use and readable by its owner alone."""
    path = folder / "agency.key"
    try:
        return ECKey.import_key(path.read_bytes())
    except FileNotFoundError:
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_bytes(ECKey.generate_key("P-256").as_pem(private=True))
        try:
            path.hardlink_to(fresh)  # unlike a rename, never replaces the key of another process
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        return ECKey.import_key(path.read_bytes())


def proof(key: ECKey, method: str, url: str, *, token: str | None = None, nonce: str | None = None) -> str:
    """A proof for one request; `url` without query and fragment."""
    claims: dict[str, str | int] = {
        "jti": secrets.token_urlsafe(16),
        "htm": method,
        "htu": url.partition("#")[0].partition("?")[0],
        "iat": int(time.time()),
    }
    if token:
        claims["ath"] = base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).rstrip(b"=").decode()
    if nonce:
        claims["nonce"] = nonce
    public = {name: value for name, value in key.as_dict(private=False).items() if name in {"kty", "crv", "x", "y"}}
    return jwt.encode({"typ": "dpop+jwt", "alg": "ES256", "jwk": public}, claims, key, registry=_REGISTRY)


class _LongHeaders(JWSRegistry):
    max_header_length = 2_048  # a key stands in it


_REGISTRY = _LongHeaders(algorithms=["ES256"])
