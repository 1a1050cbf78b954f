"""Who stands in which register: the relation of a contract, protection, representation, revoked tokens."""

import datetime
from pathlib import Path

from gateway.domain.clock import TEHRAN, Clock
from gateway.domain.identifiers import NationalId
from gateway.rights.register_files import RegisterError as RegisterError
from gateway.rights.register_files import RegisterTable, read_registers


class Registers:
    """Held in memory as keyed hashes, with no national code in clear. Without a folder, all registers are empty.

    Each look-up costs one hash, one look into a table and one comparison of dates, whatever the answer. What is left
    is whether the table has such an entry: nanoseconds that depend on the hash under a key nobody knows, and so say
    nothing that could be searched for. Days are those of Tehran; `until` is the last day on which an entry holds.

    Raises RegisterError, as `reload` does.
    """

    def __init__(self, folder: Path | None, clock: Clock) -> None:
        self.folder, self.clock = folder, clock
        self._table = RegisterTable()
        self.reload()

    def holds(self, register: str, person: NationalId) -> bool:
        """Whether a contract's relation covers this person today."""
        return self._table.holds(self._today(), "relation", register, person.digits)

    def has(self, register: str) -> bool:
        """Whether there is such a register at all; without one, a contract covers nobody."""
        return register in self._table.relations

    def protected(self, person: NationalId) -> bool:
        return self._table.holds(self._today(), "protected", person.digits)

    def represents(self, representative: NationalId, person: NationalId) -> bool:
        """As guardian of a minor or by a power of attorney, today."""
        return self._table.holds(self._today(), "represents", representative.digits, person.digits)

    def revoked(self, token_id: str) -> bool:
        return self._table.holds(self._today(), "revoked", token_id)

    def reload(self) -> None:
        """Reads all files anew and takes all of them or, raising RegisterError, none."""
        if self.folder is not None:
            self._table = read_registers(self.folder)

    def _today(self) -> datetime.date:
        return self.clock.now().astimezone(TEHRAN).date()
