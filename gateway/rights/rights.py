"""What one caller may see, settled when the request begins and kept until it ends."""

from dataclasses import dataclass
from typing import Protocol

from gateway.domain.caller import Caller
from gateway.domain.identifiers import NationalId, WorkshopKey
from gateway.rights.contract import Contract


@dataclass(frozen=True, slots=True)
class Rights:
    """`contract` is the version in force when the request began; None for callers without one."""

    caller: Caller
    contract: Contract | None = None


class Policy(Protocol):
    """The rules. All of it is local: nothing here asks a system."""

    def rights_of(self, caller: Caller) -> Rights:
        """Finds the caller's contract, in the version of this moment."""
        ...

    def releases(self, rights: Rights, coordinate: str) -> bool:
        """Whether a field may be released to this caller at all: scopes and contract both hold. Unlisted is closed."""
        ...

    def covers(self, rights: Rights, person: NationalId) -> bool:
        """Whether the relation holds: oneself, represented, the contract's register; and the person is not protected."""
        ...

    def covers_workshop(self, rights: Rights, workshop: WorkshopKey) -> bool: ...
