"""Why a certificate does not verify: each reason once, for the command, the page and the tests."""

import enum


class Reason(enum.Enum):
    MALFORMED = "MALFORMED"
    ALGORITHM = "ALGORITHM"
    UNKNOWN_KEY = "UNKNOWN_KEY"
    SIGNATURE = "SIGNATURE"
    ISSUER = "ISSUER"
    DISCLOSURE = "DISCLOSURE"
    DISCLOSURE_MISSING = "DISCLOSURE_MISSING"
    DIGEST = "DIGEST"
    HOLDER = "HOLDER"
    PDF_UNSIGNED = "PDF_UNSIGNED"
    PDF_CHANGED = "PDF_CHANGED"
    NOT_YET_VALID = "NOT_YET_VALID"
    EXPIRED = "EXPIRED"
    REDEEMER = "REDEEMER"
    REVOKED = "REVOKED"
    SUPERSEDED = "SUPERSEDED"
    STATUS_UNKNOWN = "STATUS_UNKNOWN"


class NotGood(Exception):
    """Holds the reason and nothing of what was read."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
