"""The conversation with the branches' intakes: HTTP Basic, one POST a list, and every one of them repeatable."""

from collections.abc import Mapping

import msgspec

from adapters.branch_intake.settings import BranchIntakeSettings
from adapters.branch_intake.wire import Answer, Handing
from adapters.outbound.http import Channel
from adapters.outbound.payload import read_json
from adapters.outbound.status import failure_of_status
from gateway.domain.clock import Clock
from gateway.domain.failure import Source, SourceUnavailable
from gateway.domain.identifiers import BranchCode

INTAKE = Source.BRANCH_INTAKE
LISTS = "/v1/lists"


class BranchIntakeClient:
    """`channels` by branch."""

    def __init__(self, channels: Mapping[BranchCode, Channel], settings: BranchIntakeSettings, clock: Clock) -> None:
        self._headers = {"content-type": "application/json", "authorization": settings.authorization()}
        self._channels, self._clock = channels, clock

    def knows(self, branch: BranchCode) -> bool:
        return branch in self._channels

    async def hand(self, branch: BranchCode, handing: Handing) -> Answer:
        """Raises SourceFailure, also for a branch whose address nobody has told us."""
        channel = self._channels.get(branch)
        if channel is None:
            raise SourceUnavailable(INTAKE, "no address of this branch is set", branch=branch)
        reply = await channel.post(LISTS, msgspec.json.encode(handing), self._headers)
        if failure := failure_of_status(INTAKE, reply, self._clock):
            raise failure
        return read_json(INTAKE, reply.body, Answer)
