"""Certificates of clients, as a trusted proxy tells of them, and their thumbprint (RFC 8705, section 3.1)."""

import base64
import binascii
import hashlib
import re
import ssl
from urllib.parse import unquote

from gateway.http.authentication.shown import Unauthenticated

MAX_LENGTH = 16_384
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]{43}=?")
_DER = re.compile(r":([A-Za-z0-9+/=]+):")


def thumbprint_of(header: str) -> str:
    """SHA-256 over the certificate, in base64url.

    Reads what proxies write: `:base64 of DER:` (RFC 9440), PEM with percent-escapes (nginx), or the SHA-256 itself, in
    hexadecimal or base64url. Raises Unauthenticated for anything else.
    """
    text = header.strip()
    if len(text) > MAX_LENGTH:
        raise Unauthenticated("a certificate too large")
    if _HEX.fullmatch(text):
        return _base64url(bytes.fromhex(text.replace(":", "")))
    if _BASE64URL.fullmatch(text):
        return text.rstrip("=")
    try:
        der = _DER.fullmatch(text)
        if der:
            return _base64url(hashlib.sha256(base64.b64decode(der[1], validate=True)).digest())
        pem = unquote(text)
        if pem.startswith("-----BEGIN CERTIFICATE-----"):
            return _base64url(hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).digest())
    except (binascii.Error, ValueError):
        pass
    raise Unauthenticated("a certificate that cannot be read")


def _base64url(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
