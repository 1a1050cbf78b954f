"""Which agencies may redeem certificates: those whose contract, in force today, says so."""

from collections.abc import Callable
from typing import Protocol

from gateway.domain.clock import TEHRAN, Clock
from gateway.rights.contract import Contract

REDEEMS = "Mutation.redeemCertificate"


class NamedContracts(Protocol):
    def named(self, name: str, /) -> Contract | None: ...


def redeemers(contracts: NamedContracts, clock: Clock) -> Callable[[str], bool]:
    def may_redeem(name: str) -> bool:
        contract = contracts.named(name)
        today = clock.now().astimezone(TEHRAN).date()
        return contract is not None and REDEEMS in contract.fields and contract.in_force(today)

    return may_redeem
