"""The Labour Ministry's JSON as it travels, misspelt key included. Each case is read by itself."""

import msgspec


class TokenAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """RFC 6749 section 5.1. `expires_in` in seconds."""

    access_token: str
    token_type: str
    expires_in: float

    def __repr__(self) -> str:
        return "TokenAnswer(***)"


class CasesQuery(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    national_codes: list[str]
    page: int
    limit: int


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    key: str | None = None


class CasesPage(msgspec.Struct, frozen=True, kw_only=True):
    total: int
    list: list[msgspec.Raw]


class CasesAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`family` is SUCCESSFUL, or FAILED with keys in `problems`."""

    family: str
    problems: list[Problem] = []
    data: CasesPage | None = None


class CodeOfCase(msgspec.Struct, frozen=True, kw_only=True):
    """All that is read of a case before it is known whose it is."""

    national_code: str | int = msgspec.field(name="natinoalCode")


class CaseOnTheWire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Moments are epoch milliseconds at midnight in Tehran; `jobLossDate` is Jalali `yyyymmdd`."""

    national_code: str | int = msgspec.field(name="natinoalCode")
    tracking_code: str
    stage: str
    approval: str
    registered_at: int | str | None = None
    referred_at: int | str | None = None
    job_loss_date: str | int | None = None
    marital_status: str
    dependant_count: int
    paid_months: int
