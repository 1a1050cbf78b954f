"""Whether somebody is insured with the Organisation, or draws a pension of it."""

from gateway.domain.insurance import Insurance, InsuranceStatus
from gateway.domain.request import Reason
from gateway.requests.reading import Unread
from gateway.requests.rules.facts import BRANCHES
from gateway.requests.rules.reason import broken

INSURED_OR_PENSIONER = frozenset({InsuranceStatus.ACTIVE, InsuranceStatus.PENSIONER})


def is_insured_or_pensioner(rule: str, insurance: Insurance | Unread) -> Reason | None:
    """The main insured person, or a pensioner: a link that has ended is none."""
    if isinstance(insurance, Unread) or insurance.status in INSURED_OR_PENSIONER:
        return None
    return broken(
        rule,
        found=insurance.status.value,
        needed="ACTIVE or PENSIONER",
        source=BRANCHES,
        fa="متقاضی اکنون نه بیمه‌شده اصلی سازمان است و نه مستمری‌بگیر آن.",
        en="The applicant is at present neither insured with the Organisation nor a pensioner of it.",
    )


def is_insured_now(rule: str, insurance: Insurance | Unread) -> Reason | None:
    """Premiums are being paid for them, by whatever kind of insurance."""
    if isinstance(insurance, Unread) or insurance.status is InsuranceStatus.ACTIVE:
        return None
    return broken(
        rule,
        found=insurance.status.value,
        needed=InsuranceStatus.ACTIVE.value,
        source=BRANCHES,
        fa="متقاضی اکنون رابطه بیمه‌ای فعالی با سازمان ندارد.",
        en="No premiums are being paid for the applicant: there is no active insurance.",
    )
