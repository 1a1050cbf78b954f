"""Why an answer is missing. Each failure names its source, its public code, and whether to try again.

    SourceFailure
    ├── SourceUnavailable     refused, broke off, answered 5xx
    │   ├── SourceRefusedUs   our credentials or signature: our fault, never the client's
    │   └── SourceIncoherent  answered, and it makes no sense (truncated, wrong encoding, month 13)
    ├── SourceTimeout         did not answer in its time
    ├── SourceClosed          outside its opening hours
    ├── SourceQuota           over its quota, or it asks us to slow down
    ├── SourceWithheld        the system protects this record
    ├── CircuitOpen           not asked, since it failed just now
    └── DeadlineExceeded      the request's own time ran out

The message is for our log and holds no personal data; only code, source, retryable and retryAfter reach a client.
"""

import enum
from typing import ClassVar

from gateway.domain.identifiers import BranchCode


class Source(enum.Enum):
    """The kinds of back office."""

    CIVIL_REGISTRY = "CIVIL_REGISTRY"
    BANK_REFAH = "BANK_REFAH"
    LABOUR_MINISTRY = "LABOUR_MINISTRY"
    BRANCH_DATABASES = "BRANCH_DATABASES"
    MEDICAL_COMMISSION = "MEDICAL_COMMISSION"
    BRANCH_INTAKE = "BRANCH_INTAKE"
    BRANCH_COUNTER = "BRANCH_COUNTER"
    SHORT_TERM_BENEFITS = "SHORT_TERM_BENEFITS"
    REGISTRY_EVENTS = "REGISTRY_EVENTS"
    INSURANCE_FUNDS = "INSURANCE_FUNDS"
    FINANCE = "FINANCE"
    SMS = "SMS"

    __hash__ = object.__hash__  # Python's own for enumerations is a function of Python


class Code(enum.Enum):
    """Every code that can reach a client, in `extensions.code`."""

    UNAUTHENTICATED = "UNAUTHENTICATED"
    FORBIDDEN = "FORBIDDEN"
    BAD_USER_INPUT = "BAD_USER_INPUT"
    COST_LIMIT = "COST_LIMIT"
    RATE_LIMITED = "RATE_LIMITED"
    SOURCE_UNAVAILABLE = "SOURCE_UNAVAILABLE"
    SOURCE_TIMEOUT = "SOURCE_TIMEOUT"
    SOURCE_CLOSED = "SOURCE_CLOSED"
    SOURCE_QUOTA = "SOURCE_QUOTA"
    CIRCUIT_OPEN = "CIRCUIT_OPEN"
    DEADLINE_EXCEEDED = "DEADLINE_EXCEEDED"
    INTERNAL = "INTERNAL"


class SourceFailure(Exception):
    """A source was asked, or was to be asked, and this is why there is no fact. `retry_after` is in seconds."""

    code: ClassVar[Code] = Code.SOURCE_UNAVAILABLE
    retryable: ClassVar[bool] = True

    def __init__(
        self,
        source: Source,
        message: str = "",
        *,
        retry_after: float | None = None,
        branch: BranchCode | None = None,
    ) -> None:
        super().__init__(f"{source.value}: {message or type(self).__name__}")
        self.source = source
        self.retry_after = retry_after
        self.branch = branch


class SourceUnavailable(SourceFailure):
    """It could not be reached, broke off, or says that it is out of order."""


class SourceRefusedUs(SourceUnavailable):
    """It does not accept our credentials, signature or permission. Trying again does not help; an operator does."""

    retryable = False


class SourceIncoherent(SourceUnavailable):
    """It answered, but the answer breaks its contract. Nothing of it is used."""

    retryable = False


class SourceTimeout(SourceFailure):
    code = Code.SOURCE_TIMEOUT


class SourceClosed(SourceFailure):
    code = Code.SOURCE_CLOSED


class SourceQuota(SourceFailure):
    code = Code.SOURCE_QUOTA


class SourceWithheld(SourceFailure):
    """The system knows the record and shows it to nobody."""

    code = Code.FORBIDDEN
    retryable = False


class CircuitOpen(SourceFailure):
    code = Code.CIRCUIT_OPEN


class DeadlineExceeded(SourceFailure):
    code = Code.DEADLINE_EXCEEDED
