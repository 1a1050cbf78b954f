"""The conversation with the commission system: HTTP Basic, one POST a question, every one of them repeatable."""

import base64

import msgspec

from adapters.medical_commission.settings import MedicalCommissionSettings
from adapters.medical_commission.wire import ActOnTheWire, Answer, FileOnTheWire, ReferralOnTheWire, Search
from adapters.outbound.http import Channel
from adapters.outbound.payload import read_json
from adapters.outbound.status import failure_of_status
from gateway.domain.clock import Clock
from gateway.domain.failure import Source, SourceIncoherent, SourceUnavailable

COMMISSION = Source.MEDICAL_COMMISSION
REFERRALS, SEARCH, ACTS = "/v1/referrals", "/v1/referrals/search", "/v1/referrals/acts"


class MedicalCommissionClient:
    def __init__(self, channel: Channel, settings: MedicalCommissionSettings, clock: Clock) -> None:
        account = f"{settings.username}:{settings.password.get_secret_value()}".encode()
        self._headers = {
            "content-type": "application/json",
            "authorization": "Basic " + base64.b64encode(account).decode("ascii"),
        }
        self._channel, self._clock = channel, clock

    async def refer(self, referral: ReferralOnTheWire) -> FileOnTheWire:
        return _needed(await self._ask(REFERRALS, referral))

    async def search(self, search: Search) -> FileOnTheWire | None:
        return await self._ask(SEARCH, search)

    async def act(self, act: ActOnTheWire) -> FileOnTheWire:
        return _needed(await self._ask(ACTS, act))

    async def _ask(self, path: str, said: msgspec.Struct) -> FileOnTheWire | None:
        """Raises SourceFailure, also for a 200 that holds an error."""
        reply = await self._channel.post(path, msgspec.json.encode(said), self._headers)
        if failure := failure_of_status(COMMISSION, reply, self._clock):
            raise failure
        answer = read_json(COMMISSION, reply.body, Answer)
        match answer.result:
            case "OK" if answer.file is not None:
                return answer.file
            case "NOT_FOUND":
                return None
            case "BUSY":
                raise SourceUnavailable(COMMISSION, "BUSY")
        raise SourceIncoherent(COMMISSION, "HTTP 200 with an error that we do not know")


def _needed(file: FileOnTheWire | None) -> FileOnTheWire:
    if file is None:
        raise SourceIncoherent(COMMISSION, "it does not know what it was just told")
    return file
