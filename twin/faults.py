"""What is wrong with each system just now: switched on and off while the twin runs.

    delay    milliseconds, jitter: each answer comes that much later, give or take the jitter
    error    rate (1.0): that share of the calls fails in the system's own way (a SOAP fault, HTTP 500, an SQL error)
    silent   takes the call and never answers
    refused  the listener is closed and live connections are dropped; reopened at the same port
    cut      closes the connection in mid-answer
    lying    how: one of `LIES` of the system
    closed   outside its opening hours, said in the system's own way
    quota    over its quota, said in the system's own way

A delay stands beside one other fault; a second fault other than a delay takes the place of the first.
"""

import random
from collections.abc import Callable, Sequence

import msgspec

from twin.world import BRANCHES

SYSTEMS = (
    "civil_registry",
    "bank_refah",
    "labour_ministry",
    "medical_commission",
    "branch_intake",
    *(f"branch_intake.{name}" for name in BRANCHES),
    "branch_counter",
    "short_term_benefits",
    "registry_events",
    "insurance_funds",
    "finance",
    "sms",
    "branch_databases",
    *(f"branch_databases.{name}" for name in (*BRANCHES, "directory")),
)
KINDS = ("delay", "error", "silent", "refused", "cut", "lying", "closed", "quota")

_ANY_JSON = {
    "html": "HTTP 200 with an HTML page",
    "error_inside": "HTTP 200 with a result that nobody knows",
    "busy_inside": "HTTP 200 with BUSY inside",
    "wrong_types": "words where numbers belong, and objects where lists do",
    "truncated": "JSON that ends half way, with a length to match",
    "wrong_encoding": "bytes that are not UTF-8",
    "endless": "a list of 64 MB",
}
LIES: dict[str, dict[str, str]] = {
    "civil_registry": {
        "another_person": "the record of somebody else",
        "truncated": "XML that ends half way, with a length to match",
        "entity_bomb": "a document type with entities that would grow to gigabytes",
        "external_entity": "a document type with an entity that points at a file",
        "soap_fault": "HTTP 500 with a SOAP fault",
        "html": "HTTP 200 with an HTML page",
        "wrong_encoding": "CP1256 instead of UTF-8 inside the base64",
        "not_base64": "names that are not base64",
        "month_13": "a birth date in month 13",
        "endless": "an envelope of 64 MB",
    },
    "bank_refah": {
        "html": "HTTP 200 with an HTML page",
        "error_inside": "HTTP 200 with an error inside that is not worth a second try",
        "busy_inside": "HTTP 200 with SYSTEM_BUSY inside",
        "amount": "amounts of 10^15 rial",
        "another_payer": "rows of a payer who was not asked for",
        "month_13": "payment dates in month 13",
        "wrong_types": "amounts as words and lists as objects",
        "truncated": "JSON that ends half way, with a length to match",
        "wrong_encoding": "bytes that are not UTF-8",
        "endless": "a list of 64 MB",
    },
    "labour_ministry": {
        "html": "HTTP 200 with an HTML page",
        "error_inside": "HTTP 200, family FAILED, a problem that is not worth a second try",
        "busy_inside": "HTTP 200, family FAILED, sso.to.sa.connection.exception",
        "another_person": "cases of a person who was not asked for",
        "month_13": "job losses in month 13",
        "wrong_types": "counts as words and lists as objects",
        "truncated": "JSON that ends half way, with a length to match",
        "wrong_encoding": "bytes that are not UTF-8",
        "token_html": "HTTP 200 with an HTML page instead of a token",
        "token_refused": "every token is invalid the moment it is used",
        "endless": "a list of 64 MB",
    },
    "medical_commission": {
        "html": "HTTP 200 with an HTML page",
        "error_inside": "HTTP 200 with a result that nobody knows",
        "busy_inside": "HTTP 200 with BUSY inside",
        "another_referral": "the file of another referral",
        "wrong_types": "states as words and boards as objects",
        "unknown_state": "state 99",
        "truncated": "JSON that ends half way, with a length to match",
        "wrong_encoding": "bytes that are not UTF-8",
        "endless": "a list of 64 MB",
    },
    "branch_intake": {
        "html": "HTTP 200 with an HTML page",
        "error_inside": "HTTP 200 with a result that nobody knows",
        "busy_inside": "HTTP 200 with BUSY inside",
        "another_list": "the receipt of another list",
        "wrong_types": "a number as a list and a moment as a word",
        "without_number": "RECORDED, without the branch's number",
        "truncated": "JSON that ends half way, with a length to match",
        "wrong_encoding": "bytes that are not UTF-8",
        "endless": "a list of 64 MB",
    },
    "registry_events": _ANY_JSON
    | {
        "another_person": "events of a person who was not asked for",
        "month_13": "registrations in month 13",
        "unknown_kind": "kind 99",
        "out_of_order": "the newest events first",
    },
    "insurance_funds": _ANY_JSON
    | {
        "another_person": "memberships of a person who was not asked for",
        "month_13": "memberships since month 13",
        "unknown_standing": "a standing that nobody knows",
    },
    "finance": _ANY_JSON
    | {
        "another_document": "another document than the one asked for",
        "amount": "amounts of 10^15 rial",
        "unknown_state": "state 99",
    },
    "sms": _ANY_JSON | {"another_message": "the receipt of another message"},
    "branch_databases": {
        "garbled": "text that is control characters, which no code page has",
        "another_person": "rows of a person who was not asked for",
        "month_13": "months and dates in month 13",
        "amount": "amounts of 10^15 rial",
    },
}


# Offices share a wire, and lie alike.
LIES |= dict.fromkeys(("branch_counter", "short_term_benefits"), LIES["medical_commission"])


class Fault(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One fault; which fields count depends on its kind. Raises ValueError with a sentence for nonsense."""

    kind: str
    milliseconds: float = 0.0  # delay
    jitter: float = 0.0  # delay, in milliseconds
    rate: float = 1.0  # error
    how: str | None = None  # lying
    retry_after: int = 30  # closed, quota and error where the wire can say it, in seconds

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"`kind` must be one of {', '.join(KINDS)}")
        if not 0 <= self.milliseconds <= 600_000 or not 0 <= self.jitter <= 600_000:
            raise ValueError("`milliseconds` and `jitter` must be between 0 and 600000")
        if not 0 <= self.rate <= 1:
            raise ValueError("`rate` must be between 0 and 1")
        if not 0 <= self.retry_after <= 86_400:
            raise ValueError("`retry_after` must be between 0 and 86400 seconds")
        if (self.how is not None) != (self.kind == "lying"):
            raise ValueError("`how` belongs to lying, and lying needs it")


class Faults:
    """The table of faults. Draws come from a seeded generator, so that a run can be repeated."""

    def __init__(self, seed: int = 0) -> None:
        self._seed = seed
        self._draws = random.Random(seed)
        self._standing: dict[str, tuple[Fault, ...]] = {}
        self._listeners: list[Callable[[str], None]] = []

    def of(self, system: str) -> Sequence[Fault]:
        """What stands for a system; for one branch, its own faults before those of all branches."""
        family, dot, _ = system.partition(".")
        own = self._standing.get(system, ())
        return (*own, *self._standing.get(family, ())) if dot else own

    def find(self, system: str, kind: str) -> Fault | None:
        return next((fault for fault in self.of(system) if fault.kind == kind), None)

    def delay_seconds(self, system: str) -> float:
        """How long the next answer waits: all delays that stand, each with its jitter drawn anew."""
        delays = [f for f in self.of(system) if f.kind == "delay"]
        return sum(max(0.0, f.milliseconds + self._draws.uniform(-f.jitter, f.jitter)) for f in delays) / 1000

    def strikes(self, fault: Fault) -> bool:
        """Whether an error with a rate hits this call."""
        return self._draws.random() < fault.rate

    def put(self, system: str, fault: Fault) -> None:
        """Raises ValueError with a sentence where the system cannot have that fault."""
        _check(system, fault)
        kept = [f for f in self._standing.get(system, ()) if (f.kind == "delay") != (fault.kind == "delay")]
        self._draws = random.Random(self._seed)
        self._standing[system] = (*kept, fault)
        self._tell(system)

    def clear(self, system: str | None = None) -> None:
        """Removes the faults of one system (branch_databases does not touch single branches), or all."""
        for name in list(self._standing) if system is None else [system]:
            if self._standing.pop(name, ()):
                self._tell(name)

    def subscribe(self, changed: Callable[[str], None]) -> None:
        """`changed(system)` runs after each change, with the name it was made under; branch_databases means all."""
        self._listeners.append(changed)

    def _tell(self, system: str) -> None:
        for listener in self._listeners:
            listener(system)


def _check(system: str, fault: Fault) -> None:
    if system not in SYSTEMS:
        raise ValueError(f"there is no such system; there are {', '.join(SYSTEMS)}")
    if fault.kind != "lying":
        return
    lies = LIES.get(system.partition(".")[0])
    if lies is None:
        raise ValueError(f"{system} cannot lie")
    if fault.how not in lies:
        raise ValueError(f"`how` must be one of {', '.join(lies)}")
