"""The contracts in force, read from a folder of TOML files, one file an agency."""

from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from gateway.domain.clock import TEHRAN, Clock
from gateway.rights.contract import Contract
from gateway.rights.contract_text import ContractError as ContractError
from gateway.rights.contract_text import ContractFile, last_day
from gateway.rights.grantable import Grantable


@dataclass(frozen=True, slots=True)
class _Read:
    """One reading of the folder; never changed, only replaced as a whole."""

    by_name: dict[str, Contract] = field(default_factory=dict)
    by_client: dict[str, Contract] = field(default_factory=dict)


class Contracts:
    """All contracts of a folder. Without a folder there are none, and agencies are given nothing.

    Raises ContractError, as `reload` does. What is found includes contracts that have not begun or have ended:
    `Contract.in_force` tells. With a clock in `renewed_by`, those run from today: for the sandbox alone, whose agencies
    should work whenever somebody tries it.
    """

    def __init__(self, folder: Path | None, grantable: Grantable, *, renewed_by: Clock | None = None) -> None:
        self.folder, self.grantable = folder, grantable
        self._renewed_by = renewed_by
        self._read = _Read()
        self.reload()

    def for_client(self, client: str) -> Contract | None:
        return self._read.by_client.get(client)

    def named(self, name: str) -> Contract | None:
        return self._read.by_name.get(name)

    def all(self) -> tuple[Contract, ...]:
        return tuple(self._read.by_name.values())

    def reload(self) -> None:
        """Reads the folder anew and takes all of it or, raising ContractError for the first bad file, none."""
        if self.folder is None:
            return
        files = read_folder(self.folder, self.grantable)
        for file in files:
            if file.problems:
                raise file.problems[0]
        contracts = [self._in_force(file.contract) for file in files if file.contract is not None]
        self._read = _Read(
            by_name={contract.name: contract for contract in contracts},
            by_client={client: contract for contract in contracts for client in contract.clients},
        )

    def _in_force(self, contract: Contract) -> Contract:
        if self._renewed_by is None:
            return contract
        today = self._renewed_by.now().astimezone(TEHRAN).date()
        if contract.in_force(today):
            return contract
        return msgspec.structs.replace(contract, starts=today, expires=last_day(today))


def read_folder(folder: Path, grantable: Grantable | None) -> list[ContractFile]:
    """Each file with all that is wrong with it, by itself and beside the others. Raises ContractError for no folder."""
    if not folder.is_dir():
        raise ContractError(folder, 1, "there is no such folder")
    files = [ContractFile(path, grantable) for path in sorted(folder.glob("*.toml"))]
    names: dict[str, str] = {}
    clients: dict[str, str] = {}
    for file in files:
        contract = file.contract
        if contract is None:
            continue
        if contract.name in names:
            file.problems.append(file.problem(("name",), f"{names[contract.name]} has the name {contract.name} too"))
        names[contract.name] = file.file.name
        for client in sorted(contract.clients):
            if client in clients:
                other = clients[client]
                file.problems.append(file.problem(("clients",), f"{other} has the client {client} too"))
            clients[client] = file.file.name
    return files
