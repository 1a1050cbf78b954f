"""What a payer sets out to do, and how it must end: drawn before the run begins, from its seed."""

import enum
import random
from dataclasses import dataclass, field
from typing import Any

CLEARING_SECONDS = 1.5


class Told(enum.Enum):
    """Who tells the gateway that money was taken. NOBODY: it finds it by itself, when the ticket is over or in the
    bank's file of the day."""

    BY_MUTATION = "the payer confirms"
    BY_CALL = "the bank calls"
    BY_CALLS = "the bank calls twice"
    BY_BOTH = "the payer confirms while the bank calls"
    NOBODY = "nobody tells"

    @property
    def calls(self) -> str:
        """As the twin's bank is told."""
        return {Told.BY_CALL: "once", Told.BY_BOTH: "once", Told.BY_CALLS: "twice"}.get(self, "never")

    @property
    def confirms(self) -> bool:
        return self in (Told.BY_MUTATION, Told.BY_BOTH)


@dataclass(frozen=True)
class Manner:
    """`bank` are the twin's conditions for the debit, `ends` the states of which the ticket's last must be one.

    `waits`: pays only when the ticket is over. `again`: then starts anew, pays the new ticket, and the old one too.
    `spent`: the debit bears a reference that another payment has spent.
    """

    words: str
    share: int
    ends: frozenset[str]
    bank: dict[str, Any] = field(default_factory=dict)
    pays: bool = True
    waits: bool = False
    again: bool = False
    spent: bool = False


CONFIRMED, REVERSED = frozenset({"CONFIRMED"}), frozenset({"REVERSED"})
UNPAID = frozenset({"EXPIRED", "FAILED"})
OPEN = frozenset({"CREATED", "PENDING", "VERIFYING", "PAID_UNCONFIRMED"})

MANNERS = (
    Manner("pays", 50, CONFIRMED),
    Manner("is charged twice", 10, CONFIRMED, {"card": "pays twice"}),
    Manner("pays too much", 5, REVERSED, {"differs": 1_000}),
    Manner("pays too little", 5, REVERSED, {"differs": -1_000}),
    Manner("pays, and it clears late", 8, CONFIRMED, {"clearing_hours": CLEARING_SECONDS / 3600}),
    Manner("pays, and it is being verified", 5, CONFIRMED, {"beneath": "VERIFYING"}),
    Manner("is refused by the bank", 4, UNPAID, {"card": "refuses"}),
    Manner("never pays", 4, UNPAID, pays=False),
    Manner("pays when the ticket is over", 4, CONFIRMED, waits=True),
    Manner("pays a new ticket, and the old one too", 4, REVERSED, waits=True, again=True),
    Manner("pays with a reference that was used", 1, OPEN, spent=True),
)


@dataclass(frozen=True, kw_only=True)
class Errand:
    """`debt`: not a premium. `parts`: half of it first, then what is left. `hurried`: starts twice at once, with a key
    each. `mute`: the bank answers no order about money until somebody else pays."""

    payer: int
    manner: Manner
    told: Told
    debt: bool = False
    parts: bool = False
    hurried: bool = False
    mute: bool = False


def drawn(chance: random.Random, payer: int) -> Errand:
    manner = chance.choices(MANNERS, [manner.share for manner in MANNERS])[0]
    told = Told.NOBODY if manner.spent else chance.choices(list(Told), [3, 3, 1, 1, 2])[0]
    debt = not manner.again and chance.random() < 0.25
    return Errand(
        payer=payer,
        manner=manner,
        told=told,
        debt=debt,
        parts=debt and told.confirms and manner.ends is CONFIRMED and not manner.waits,
        # What came to nothing may be started anew, and then two keys are two tickets.
        hurried=not debt and manner.ends is CONFIRMED and not manner.waits and chance.random() < 0.2,
        mute=chance.random() < 0.1,
    )
