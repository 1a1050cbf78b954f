"""The conversation with the bank: each request signed over method, path, time and body; and each call of the bank."""

import hashlib
import hmac
from collections.abc import Mapping

import msgspec

from adapters.bank_refah.settings import BankRefahSettings
from adapters.bank_refah.translate import call_from
from adapters.bank_refah.wire import ConfirmationOrder, OrderAnswer, ReceiptsAnswer, ReceiptsQuery, ReversalOrder
from adapters.outbound.http import Channel
from adapters.outbound.pages import Sheet
from adapters.outbound.payload import read_json
from adapters.outbound.status import failure_of_status
from gateway.domain.clock import Clock
from gateway.domain.failure import Source, SourceFailure, SourceIncoherent, SourceUnavailable
from gateway.domain.payment_bank import BankCall, CallProblem, CallRefused

BANK = Source.BANK_REFAH
LARGEST_SKEW = 300  # seconds
RECEIPTS = "/v1/receipts/query"
CONFIRM = "/v1/receipts/confirm"
REVERSE = "/v1/receipts/reverse"
RECONCILIATION = "/v1/reconciliation"


def signature(secret: bytes, method: str, target: str, time: str, body: bytes) -> str:
    """HMAC-SHA256 in hex. `target` is path and query as in the request line; `time` is unix seconds."""
    signed = "\n".join((method, target, time, hashlib.sha256(body).hexdigest()))
    return hmac.digest(secret, signed.encode(), "sha256").hex()


class BankRefahClient:
    def __init__(self, channel: Channel, settings: BankRefahSettings, clock: Clock) -> None:
        self._channel = channel
        self._settings = settings
        self._clock = clock

    async def receipts(self, query: ReceiptsQuery) -> Sheet[msgspec.Raw]:
        """One page. Raises SourceFailure, also for a 200 that holds an error."""
        answer = read_json(BANK, await self._said("POST", RECEIPTS, msgspec.json.encode(query)), ReceiptsAnswer)
        if answer.status != "OK":
            raise _failure_of_key(answer.error)
        if answer.receipts is None or answer.total is None or answer.page != query.page:
            raise SourceIncoherent(BANK, "not the page that was asked for")
        return Sheet(tuple(answer.receipts), answer.total)

    async def order(self, path: str, order: ConfirmationOrder | ReversalOrder) -> str:
        """What the bank says to an order that moves money. Raises SourceFailure: then it may have been carried out."""
        answer = read_json(BANK, await self._said("POST", path, msgspec.json.encode(order)), OrderAnswer)
        if answer.status != "OK":
            raise _failure_of_key(answer.error)
        if answer.result is None:
            raise SourceIncoherent(BANK, "an order without a result")
        return answer.result

    async def reconciliation(self, day: str) -> str:
        """The file of a Jalali day, yyyymmdd. Raises SourceFailure."""
        body = await self._said("GET", f"{RECONCILIATION}/{day}", None)
        try:
            return body.decode("utf-8")
        except UnicodeDecodeError:
            raise SourceIncoherent(BANK, "a file that is not UTF-8") from None

    async def _said(self, method: str, path: str, body: bytes | None) -> bytes:
        reply = await self._channel.ask(method, path, body, self._headers(method, path, body or b""))
        if failure := failure_of_status(BANK, reply, self._clock):
            raise failure
        return reply.body

    def _headers(self, method: str, path: str, body: bytes) -> dict[str, str]:
        # For each attempt anew: the bank refuses a time more than 300 s old.
        time = str(int(self._clock.now().timestamp()))
        secret = self._settings.secret.get_secret_value().encode()
        return {
            "content-type": "application/json",
            "x-refah-client": self._settings.client_id,
            "x-refah-time": time,
            "x-refah-signature": signature(secret, method, self._channel.target(path), time, body),
        }


class SignedCalls:
    """The bank's calls to us, signed as our requests are, with a key of their own (`secret`)."""

    def __init__(self, client_id: str, secret: bytes, clock: Clock) -> None:
        self._client_id, self._secret, self._clock = client_id, secret, clock

    def read(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> BankCall:
        """Raises CallRefused. A call older than 300 s is refused too; a younger one that comes again is known by its
        event."""
        if headers.get("x-refah-client") != self._client_id:
            raise CallRefused(CallProblem.CLIENT_UNKNOWN)
        time = headers.get("x-refah-time", "")
        right = signature(self._secret, method, target, time, body)
        if not hmac.compare_digest(right.encode(), headers.get("x-refah-signature", "").encode(errors="replace")):
            raise CallRefused(CallProblem.SIGNATURE_INVALID)
        if not (time.isascii() and time.isdigit()) or abs(int(time) - self._clock.now().timestamp()) > LARGEST_SKEW:
            raise CallRefused(CallProblem.TIME_SKEW)
        return call_from(body)


def _failure_of_key(key: str | None) -> SourceFailure:
    if key == "SYSTEM_BUSY":
        return SourceUnavailable(BANK, "SYSTEM_BUSY")
    return SourceIncoherent(BANK, "HTTP 200 with an error that we do not know")
