"""What can be set about certificates. The sources give no passcode length, lifetime or count (domain.md 1.3): ours."""

from dataclasses import dataclass, field
from pathlib import Path

from gateway.domain.certificate import CertificateKind

DAY = 86_400
SHORTEST, LONGEST = 8, 32  # characters of a passcode


@dataclass(frozen=True, slots=True, kw_only=True)
class PasscodeSettings:
    """Bounds within which holders choose. `length` in characters of an alphabet of 30; times in seconds.

    Wrong attempts are counted by certificate and by caller within `window_seconds`; after `wrong_before_void` of them
    in all, the passcodes of a certificate are void, and its holder makes new ones.
    """

    length: int = 10
    most_uses: int = 20
    most_seconds: int = 30 * DAY
    most_open: int = 5
    window_seconds: int = 900
    wrong_by_certificate: int = 5
    wrong_by_caller: int = 10
    wrong_before_void: int = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateSettings:
    """`issuer` is the name that certificates carry and the address of their status lists: this gateway's own origin.
    Left empty, it is what `TAMIN_HTTP__ORIGIN` says, or where the gateway listens.

    They are kept in the store of requests. `signing_keys`: a JWKS file, the first key signs and has its private
    part, those behind it were retired; without one a key is derived from the master key. `pdf_chain`: PEM certificates
    of that key, for readers of PDFs. `fact_age_seconds`: facts older than that are not certified. `valid_days`: by the
    name of a kind, how long a certificate lasts, else `default_valid_days`. `status_ttl` and `status_lasts` in seconds:
    when verifiers should fetch a list anew, and when it is worth nothing. `organisation` is printed on the PDF.
    """

    issuer: str = ""
    organisation: str = "سازمان تأمین اجتماعی"
    signing_keys: Path | None = None
    pdf_chain: Path | None = None
    fact_age_seconds: int = DAY
    default_valid_days: int = 90
    valid_days: dict[str, int] = field(default_factory=dict)
    status_ttl: int = 3_600
    status_lasts: int = 7 * DAY
    passcodes: PasscodeSettings = field(default_factory=PasscodeSettings)

    def problem(self) -> str | None:
        """A sentence about what cannot be; None where all of it can."""
        if self.issuer and (not self.issuer.startswith(("https://", "http://")) or self.issuer.endswith("/")):
            return "issuer must be an origin, such as https://gateway.example"
        if unknown := self.valid_days.keys() - {kind.value for kind in CertificateKind}:
            return f"valid_days names no kind of certificate: {', '.join(sorted(unknown))}"
        numbers = [self.fact_age_seconds, self.default_valid_days, *self.valid_days.values()]
        if any(number < 1 for number in (*numbers, self.status_ttl, *_numbers(self.passcodes))):
            return "ages, days, times and counts must be at least 1"
        if self.status_lasts <= self.status_ttl:
            return "status_lasts must be longer than status_ttl"
        if not SHORTEST <= self.passcodes.length <= LONGEST:
            return f"passcodes.length must be from {SHORTEST} to {LONGEST}: shorter ones can be guessed"
        return None


def _numbers(settings: PasscodeSettings) -> list[int]:
    return [getattr(settings, name) for name in settings.__dataclass_fields__]
