"""The contracts in force, read from a folder of TOML files, one file an agency."""

from pathlib import Path

from gateway.rights.contract import Contract
from gateway.rights.grantable import Grantable


class ContractError(Exception):
    """A contract file that cannot be accepted: which file, which line (from 1), and a sentence that tells the remedy."""

    def __init__(self, file: Path, line: int, sentence: str) -> None:
        super().__init__(f"{file}:{line}: {sentence}")
        self.file, self.line, self.sentence = file, line, sentence


class Contracts:
    """All contracts of a folder, or none: one bad file and the former ones stay."""

    def __init__(self, folder: Path, grantable: Grantable) -> None:
        self.folder, self.grantable = folder, grantable
        self._by_name: dict[str, Contract] = {}

    def for_client(self, client: str) -> Contract | None:
        return next((contract for contract in self._by_name.values() if client in contract.clients), None)

    def named(self, name: str) -> Contract | None:
        return self._by_name.get(name)

    def all(self) -> tuple[Contract, ...]:
        return tuple(self._by_name.values())

    def reload(self) -> None:
        """Reads the folder anew, atomically. Raises ContractError, and keeps what it had."""
