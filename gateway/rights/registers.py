"""Who stands in which register: the relation of a contract, protection, representation, revoked tokens."""

from pathlib import Path

from gateway.domain.clock import Clock
from gateway.domain.identifiers import NationalId


class Registers:
    """Kept as keyed hashes. Each look-up does the same work whatever the answer."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.folder, self.clock = folder, clock

    def holds(self, register: str, person: NationalId) -> bool:
        """Whether a contract's relation covers this person today."""
        return False

    def protected(self, person: NationalId) -> bool:
        return False

    def represents(self, representative: NationalId, person: NationalId) -> bool:
        """As guardian of a minor or by a power of attorney, today."""
        return False

    def revoked(self, token_id: str) -> bool:
        return False
