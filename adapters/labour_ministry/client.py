"""The conversation with the ministry: a bearer token, fetched anew once where it ended early."""

import base64
import urllib.parse

import msgspec

from adapters.labour_ministry.settings import LabourMinistrySettings
from adapters.labour_ministry.wire import CasesAnswer, CasesQuery, Problem, TokenAnswer
from adapters.outbound.http import Channel, Reply
from adapters.outbound.pages import Sheet
from adapters.outbound.payload import read_json
from adapters.outbound.status import failure_of_status
from adapters.outbound.token import Token, TokenKeeper
from gateway.domain.clock import Clock
from gateway.domain.failure import Source, SourceFailure, SourceIncoherent, SourceUnavailable

MINISTRY = Source.LABOUR_MINISTRY
TOKEN = "/oauth2/token"  # noqa: S105 - a path
CASES = "/api/v1/unemployment-cases/search"


class TokenAuthority:
    """POST /oauth2/token, client credentials (RFC 6749 section 4.4)."""

    def __init__(self, channel: Channel, settings: LabourMinistrySettings, clock: Clock) -> None:
        # RFC 6749 section 2.3.1: both are form-encoded before they are joined.
        pair = (settings.client_id, settings.client_secret.get_secret_value())
        account = ":".join(urllib.parse.quote_plus(part) for part in pair).encode()
        self._headers = {
            "content-type": "application/x-www-form-urlencoded",
            "authorization": "Basic " + base64.b64encode(account).decode("ascii"),
        }
        self._form = urllib.parse.urlencode({"grant_type": "client_credentials", "scope": settings.scope}).encode()
        self._channel = channel
        self._clock = clock

    async def new_token(self) -> Token:
        asked_at = self._clock.monotonic()
        reply = await self._channel.post(TOKEN, self._form, self._headers)
        if failure := failure_of_status(MINISTRY, reply, self._clock):
            raise failure
        answer = read_json(MINISTRY, reply.body, TokenAnswer)
        if answer.token_type.lower() != "bearer" or not _sendable(answer.access_token) or answer.expires_in <= 0:
            raise SourceIncoherent(MINISTRY, "a token that cannot be used")
        return Token(answer.access_token, asked_at + answer.expires_in)


class LabourMinistryClient:
    def __init__(self, channel: Channel, keeper: TokenKeeper, clock: Clock) -> None:
        self._channel = channel
        self._keeper = keeper
        self._clock = clock

    async def cases(self, query: CasesQuery) -> Sheet[msgspec.Raw]:
        """One page. Raises SourceFailure, also for a 200 that holds an error."""
        reply = await self._authorised(msgspec.json.encode(query))
        if failure := failure_of_status(MINISTRY, reply, self._clock):
            raise failure
        answer = read_json(MINISTRY, reply.body, CasesAnswer)
        if answer.family != "SUCCESSFUL":
            raise _failure_of_problems(answer.problems)
        if answer.data is None:
            raise SourceIncoherent(MINISTRY, "a success without data")
        return Sheet(tuple(answer.data.list), answer.data.total)

    async def _authorised(self, body: bytes) -> Reply:
        token = await self._keeper.token()
        reply = await self._ask(body, token)
        if not _token_ended(reply):
            return reply
        self._keeper.forget(token)
        return await self._ask(body, await self._keeper.token())

    async def _ask(self, body: bytes, token: Token) -> Reply:
        headers = {"content-type": "application/json", "authorization": f"Bearer {token.secret}"}
        return await self._channel.post(CASES, body, headers)


def _sendable(token: str) -> bool:
    return bool(token) and token.isascii() and token.isprintable() and " " not in token


def _token_ended(reply: Reply) -> bool:
    return reply.status == 401 and "invalid_token" in reply.headers.get("www-authenticate", "")


def _failure_of_problems(problems: list[Problem]) -> SourceFailure:
    if any(problem.key == "sso.to.sa.connection.exception" for problem in problems):
        return SourceUnavailable(MINISTRY, "sso.to.sa.connection.exception")
    return SourceIncoherent(MINISTRY, "HTTP 200 with an error that we do not know")
