"""What one caller may see, settled when the request begins and kept until it ends."""

from dataclasses import dataclass
from typing import Protocol

from gateway.domain.caller import Caller
from gateway.domain.dependent import Dependent
from gateway.domain.identifiers import NationalId, WorkshopKey
from gateway.rights.contract import Contract


@dataclass(frozen=True, slots=True)
class Rights:
    """`contract` is the version in force when the request began; None for callers without one.

    `scopes` are those that hold: by kind of caller or by contract, and no wider than the token's own. With none,
    as under a contract that has expired, nothing is released.
    """

    caller: Caller
    contract: Contract | None = None
    scopes: frozenset[str] = frozenset()

    @property
    def fingerprint(self) -> tuple[str, str, frozenset[str]]:
        """Two rights of the same fingerprint release the same fields (though not about the same persons)."""
        named = f"{self.contract.name}@{self.contract.version}" if self.contract else ""
        return self.caller.kind.value, named, self.scopes


class Policy(Protocol):
    """The rules. All of it is local: nothing here asks a system."""

    def rights_of(self, caller: Caller) -> Rights:
        """Finds the caller's contract, in the version of this moment."""
        ...

    def releases(self, rights: Rights, coordinate: str) -> bool:
        """Whether a field may be released to this caller at all: scopes and contract both hold. Unlisted is closed."""
        ...

    def covers(self, rights: Rights, person: NationalId) -> bool:
        """Whether the relation holds: oneself, represented, in the contract's register. Protected: oneself alone."""
        ...

    def covers_dependent(self, rights: Rights, dependent: Dependent) -> bool:
        """Whether the caller, whose dependant this is by the branches, may see them as such today."""
        ...

    def supports_others(self, rights: Rights) -> bool:
        """Whether it is worth asking the branches for the caller's dependants: they may be the caller's by relation."""
        ...

    def lists(self, rights: Rights, dependent: NationalId) -> bool:
        """Whether a person may stand in another's list of dependants: protected persons stand in nobody's."""
        ...

    def revoked(self, caller: Caller) -> bool:
        """Whether the caller's token was taken back."""
        ...

    def covers_workshop(self, rights: Rights, workshop: WorkshopKey) -> bool: ...
