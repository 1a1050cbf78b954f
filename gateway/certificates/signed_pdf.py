"""Proves a signed PDF byte by byte, and finds in it what the paper says. Needs no library for PDFs.

The signature (CMS, ES256) must be the only one and cover all of the file but its own place. Everything in that place
is held against what it must be, so that no bit of it can be another: a lenient reader would let some pass. Only further
certificates of a chain are not looked at; nothing that is said here rests on them.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from gateway.certificates.claims import from_base64url
from gateway.certificates.pdf import CLAIMS_MARK, CODE_MARK
from gateway.certificates.refusals import NotGood, Reason
from gateway.certificates.signing import TrustedKeys

MOST = 4_000_000  # bytes; ours have less than a tenth of it

_BYTE_RANGE = re.compile(rb"/ByteRange \[0 (\d{1,8}) (\d{1,8}) (\d{1,8})\]")
_HEX = re.compile(rb"<([0-9A-F]*)>")

# DER, tag and length included.
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_DATA = bytes.fromhex("06092a864886f70d010701")
_SHA_256 = bytes.fromhex("300d06096086480165030402010500")
_ECDSA_SHA_256 = bytes.fromhex("300a06082a8648ce3d040302")
_P_256 = bytes.fromhex("301306072a8648ce3d020106082a8648ce3d030107")
_ONE = bytes.fromhex("020101")
_CONTENT_TYPE = bytes.fromhex("06092a864886f70d010903")
_MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
_SIGNING_CERTIFICATE = bytes.fromhex("060b2a864886f70d010910022f")
_SEQUENCE, _SET, _OCTETS, _BITS, _CONTEXT_0 = 0x30, 0x31, 0x04, 0x03, 0xA0


@dataclass(frozen=True, slots=True)
class SignedPdf:
    """What a proven PDF holds: the canonical claims, the QR's text, and the name of the key that signed."""

    claims: Mapping[str, object]
    code: str
    signer: str


def opened(pdf: bytes, keys: TrustedKeys) -> SignedPdf:
    """Raises NotGood."""
    if len(pdf) > MOST:
        raise NotGood(Reason.MALFORMED)
    signed, contents = _covered(pdf)
    signer = _proven(contents, hashlib.sha256(signed).digest(), keys)
    try:
        claims = orjson.loads(from_base64url(_marked(signed, CLAIMS_MARK)))
    except orjson.JSONDecodeError:
        raise NotGood(Reason.MALFORMED) from None
    if not isinstance(claims, dict):
        raise NotGood(Reason.MALFORMED)
    return SignedPdf(claims, _marked(signed, CODE_MARK), signer)


def _covered(pdf: bytes) -> tuple[bytes, bytes]:
    """The bytes that the signature covers, and the signature."""
    if b"/ByteRange" not in pdf:
        raise NotGood(Reason.PDF_UNSIGNED)
    found = _BYTE_RANGE.findall(pdf)
    if len(found) != 1 or pdf.count(b"/ByteRange") != 1:
        raise NotGood(Reason.PDF_CHANGED)
    end, begin, length = (int(number) for number in found[0])
    gap = _HEX.fullmatch(pdf, end, begin) if end < begin else None
    if gap is None or begin + length != len(pdf) or not pdf[:end].endswith(b"/Contents "):
        raise NotGood(Reason.PDF_CHANGED)
    padded = bytes.fromhex(gap[1].decode())
    _, _, size = _head(padded, 0)
    if padded[size:].strip(b"\0"):
        raise NotGood(Reason.PDF_CHANGED)
    return pdf[:end] + pdf[begin:], padded[:size]


def _proven(cms: bytes, digest: bytes, keys: TrustedKeys) -> str:
    outer, wrapped = _parts(cms, _SEQUENCE, 2)
    (inner,) = _parts(wrapped, _CONTEXT_0, 1)
    version, digests, content, certificates, signers = _parts(inner, _SEQUENCE, 5)
    (signer,) = _parts(signers, _SET, 1)
    signer_version, who, digest_by, attributes, signed_by, signature = _parts(signer, _SEQUENCE, 6)
    if _content(digests, _SET) != _SHA_256 or digest_by != _SHA_256 or signed_by != _ECDSA_SHA_256:
        raise NotGood(Reason.ALGORITHM)
    constant = outer == _SIGNED_DATA and version == signer_version == _ONE and _content(content, _SEQUENCE) == _DATA
    certificate = _children(_content(certificates, _CONTEXT_0))[0]
    issuer_and_serial, point = _of_certificate(certificate)
    if not constant or _content(who, _SEQUENCE) != issuer_and_serial:
        raise NotGood(Reason.PDF_CHANGED)

    name = keys.by_point(point)
    if name is None:
        raise NotGood(Reason.UNKNOWN_KEY)
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    as_set = bytes([_SET]) + attributes[1:]  # as such it is signed (RFC 5652, 5.4)
    try:
        public.verify(_content(signature, _OCTETS), as_set, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise NotGood(Reason.SIGNATURE) from None

    said = {}
    for attribute in _children(_content(attributes, _CONTEXT_0)):
        kind, values = _parts(attribute, _SEQUENCE, 2)
        said[kind] = _content(values, _SET)
    named = said.get(_SIGNING_CERTIFICATE, b"")
    if (
        said.get(_CONTENT_TYPE) != _DATA
        or said.get(_MESSAGE_DIGEST) != bytes([_OCTETS, 32]) + digest
        or _certificate_hash(named) != hashlib.sha256(certificate).digest()
    ):
        raise NotGood(Reason.PDF_CHANGED)
    return name


def _of_certificate(certificate: bytes) -> tuple[bytes, bytes]:
    """Issuer and serial number as a signer names them, and the public point."""
    body, _, _ = _parts(certificate, _SEQUENCE, 3)
    parts = _children(_content(body, _SEQUENCE))
    if len(parts) < 7:
        raise NotGood(Reason.PDF_CHANGED)
    kind, bits = _parts(parts[6], _SEQUENCE, 2)
    point = _content(bits, _BITS)
    if kind != _P_256 or len(point) != 66 or point[:2] != b"\0\x04":
        raise NotGood(Reason.ALGORITHM)
    return parts[3] + parts[1], point[1:]


def _certificate_hash(named: bytes) -> bytes:
    """The hash in the attribute signing-certificate-v2 (RFC 5035); SHA-256 is its default and so left out."""
    (listed,) = _parts(named, _SEQUENCE, 1)
    (first,) = _parts(listed, _SEQUENCE, 1)
    return _content(_children(_content(first, _SEQUENCE))[0], _OCTETS)


def _marked(signed: bytes, mark: str) -> str:
    """It stands twice, in the document's information and in its metadata, and both say the same."""
    found: set[bytes] = set(re.findall(re.escape(mark.encode()) + rb"([A-Za-z0-9_.\-]+)", signed))
    if len(found) != 1:
        raise NotGood(Reason.MALFORMED)
    return found.pop().decode()


def _head(der: bytes, at: int) -> tuple[int, int, int]:
    """Tag, where the content begins, where it ends. Only what DER allows. Raises NotGood."""
    if at + 2 > len(der):
        raise NotGood(Reason.PDF_CHANGED)
    tag, length, begin = der[at], der[at + 1], at + 2
    if length >= 0x80:
        size = length & 0x7F
        length = int.from_bytes(der[begin : begin + size])
        begin += size
        if size not in (1, 2) or length < (0x80 if size == 1 else 0x100):
            raise NotGood(Reason.PDF_CHANGED)
    if begin + length > len(der):
        raise NotGood(Reason.PDF_CHANGED)
    return tag, begin, begin + length


def _content(der: bytes, tag: int) -> bytes:
    found, begin, end = _head(der, 0)
    if found != tag or end != len(der):
        raise NotGood(Reason.PDF_CHANGED)
    return der[begin:end]


def _children(content: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(content):
        _, _, end = _head(content, at)
        found.append(content[at:end])
        at = end
    if not found:
        raise NotGood(Reason.PDF_CHANGED)
    return found


def _parts(der: bytes, tag: int, count: int) -> list[bytes]:
    found = _children(_content(der, tag))
    if len(found) != count:
        raise NotGood(Reason.PDF_CHANGED)
    return found
