"""Signs the PDF face: PAdES baseline B by pyHanko, the extra `pades`. No floor but this file knows pyHanko.

The same key signs all faces. Its X.509 certificate is the operator's; without one, the key certifies itself, which
tells a PDF reader who signed, not that anybody vouches for it. Our own verifier trusts the key, by the published JWKS.
"""

import asyncio
import datetime
import functools
import importlib.util
import io
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from joserfc.jwk import ECKey

NAME = "Tamin"
_YEARS = 10


def can_sign() -> bool:
    return importlib.util.find_spec("pyhanko") is not None


class PdfSigner:
    """`chain`: PEM certificates, the signer's first. Raises ValueError with a sentence if they are not of `key`."""

    def __init__(self, key: ECKey, organisation: str, chain: Path | None = None) -> None:
        private = key.private_key
        if not isinstance(private, ec.EllipticCurvePrivateKey):
            raise ValueError("a PDF is signed with an EC key")
        self._private = private
        self._chain = _read(chain, private) if chain else [_self_signed(private, organisation)]

    async def signed(self, pdf: bytes) -> bytes:
        """Beside the loop: the first one loads pyHanko. Raises RuntimeError where that is not installed."""
        if not can_sign():
            raise RuntimeError("PDFs cannot be signed: install the extra tamin-gateway[pades]")
        return await asyncio.to_thread(lambda: asyncio.run(self._signed(pdf)))

    async def _signed(self, pdf: bytes) -> bytes:
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign import signers
        from pyhanko.sign.fields import SigSeedSubFilter

        metadata = signers.PdfSignatureMetadata(
            field_name="Signature", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, name=NAME
        )
        signed = await signers.PdfSigner(metadata, self._signer).async_sign_pdf(
            IncrementalPdfFileWriter(io.BytesIO(pdf)), bytes_reserved=16_384
        )
        return bytes(signed.getbuffer())

    @functools.cached_property
    def _signer(self):  # type: ignore[no-untyped-def]  # a type of the extra
        from asn1crypto import keys
        from asn1crypto import x509 as asn1
        from pyhanko.sign import signers
        from pyhanko_certvalidator.registry import SimpleCertificateStore

        pkcs8 = self._private.private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        own, *rest = [asn1.Certificate.load(one.public_bytes(serialization.Encoding.DER)) for one in self._chain]
        return signers.SimpleSigner(
            signing_cert=own,
            signing_key=keys.PrivateKeyInfo.load(pkcs8),
            cert_registry=SimpleCertificateStore.from_certs(rest),  # type: ignore[no-untyped-call]
            embed_roots=False,
        )


def _read(chain: Path, private: ec.EllipticCurvePrivateKey) -> list[x509.Certificate]:
    try:
        found = x509.load_pem_x509_certificates(chain.read_bytes())
    except (OSError, ValueError):
        raise ValueError("the certificates for PDFs cannot be read as PEM") from None
    if found[0].public_key() != private.public_key():
        raise ValueError("the first certificate for PDFs is not of the key that signs")
    return found


def _self_signed(private: ec.EllipticCurvePrivateKey, organisation: str) -> x509.Certificate:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, "tamin-gateway certificates"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
        ]
    )
    since = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,  # what PDF readers ask of a signer
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(since.replace(year=since.year + _YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(private, hashes.SHA256())
    )
