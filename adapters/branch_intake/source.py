"""The branches' intakes as a ListIntake: hand a list to the branch of its workshop."""

import contextlib
from collections.abc import AsyncIterator

from adapters.branch_intake.client import INTAKE, BranchIntakeClient
from adapters.branch_intake.settings import BranchIntakeSettings
from adapters.branch_intake.translate import handing_from, receipt_from
from adapters.outbound.http import open_channel
from gateway.domain.clock import Clock
from gateway.domain.identifiers import BranchCode
from gateway.domain.premium_list import IntakeReceipt, PremiumList


class BranchIntake:
    """A `ListIntake`."""

    def __init__(self, client: BranchIntakeClient) -> None:
        self._client = client

    def takes(self, branch: BranchCode) -> bool:
        return self._client.knows(branch)

    async def deliver(self, reference: str, tracking_code: str, premium_list: PremiumList) -> IntakeReceipt:
        branch = premium_list.workshop.branch
        handing = handing_from(reference, tracking_code, premium_list)
        return receipt_from(await self._client.hand(branch, handing), reference, branch)


@contextlib.asynccontextmanager
async def connect(settings: BranchIntakeSettings, clock: Clock) -> AsyncIterator[BranchIntake]:
    """Opens a pool a branch; asks nobody."""
    async with contextlib.AsyncExitStack() as opened:
        channels = {
            BranchCode(code): await opened.enter_async_context(open_channel(INTAKE, url, settings))
            for code, url in settings.branches.items()
        }
        yield BranchIntake(BranchIntakeClient(channels, settings, clock))
