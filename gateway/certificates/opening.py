"""Puts the desk of certificates together, over the ground of durable work."""

from collections.abc import Callable, Sequence

from gateway.certificates.desk import CertificateDesk
from gateway.certificates.pades import PdfSigner, can_sign
from gateway.certificates.passcode import PasscodeHash
from gateway.certificates.settings import CertificateSettings
from gateway.certificates.signing import IssuerKeys
from gateway.certificates.store import CertificateStore
from gateway.certificates.throttle import Throttle
from gateway.loading.counters import Counters
from gateway.loading.keyring import Keyring
from gateway.requests.ground import Ground


def certificate_desk(
    ground: Ground,
    settings: CertificateSettings,
    keyring: Keyring,
    former: Sequence[Keyring],
    counters: Counters,
    known_redeemer: Callable[[str], bool],
) -> CertificateDesk:
    """Raises RuntimeError with a sentence where keys or certificates of the settings do not let the gateway start."""
    try:
        keys = issuer_keys(settings, keyring, former)
        signer = PdfSigner(keys.current, settings.organisation, settings.pdf_chain) if can_sign() else None
    except ValueError as problem:
        raise RuntimeError(f"Certificates cannot be signed (TAMIN_CERTIFICATES): {problem}") from None
    return CertificateDesk(
        database=ground.database,
        store=CertificateStore(ground.database, ground.sealing),
        keys=ground.keys,
        sealing=ground.sealing,
        keyring=keyring,
        issuer=keys,
        throttle=Throttle(counters, keyring, settings.passcodes),
        hash=PasscodeHash(keyring),
        clock=ground.clock,
        settings=settings,
        known_redeemer=known_redeemer,
        signer=signer,
    )


def issuer_keys(settings: CertificateSettings, keyring: Keyring, former: Sequence[Keyring]) -> IssuerKeys:
    """Those of the settings, or derived from the master keys. Raises ValueError with a sentence."""
    if settings.signing_keys is None:
        return IssuerKeys.derived(keyring, former)
    try:
        return IssuerKeys.of_jwks(settings.signing_keys.read_bytes())
    except OSError:
        raise ValueError("the file of signing keys cannot be read") from None
