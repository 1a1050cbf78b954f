"""The SMS gateway as an Outbox."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from aiohttp import web

from adapters.sms import connect
from adapters.sms.settings import SmsSettings
from adapters.sms.source import Sms
from gateway.domain.failure import SourceFailure, SourceIncoherent, SourceRefusedUs, SourceUnavailable
from gateway.domain.identifiers import NationalId
from gateway.domain.messages import Message, Sending
from tests.adapters.outbound.stand_in import Seen, SetClock, StandIn, standing_in

ACCOUNT = {"username": "us", "password": "hush", "timeout": 2}
MESSAGE = Message(reference="r1", person=NationalId("0070018618"), text="کمک‌هزینه ازدواج شما واریز می‌شود.")


@dataclass(frozen=True)
class Talk:
    server: StandIn
    sms: Sms


@pytest.fixture
async def talk() -> AsyncIterator[Talk]:
    async def desk(_: Seen) -> web.StreamResponse:
        return web.json_response({"result": "OK", "message": {"reference": "r1"}})

    async with standing_in(desk) as server:
        settings = SmsSettings.model_validate(ACCOUNT | {"url": server.url})
        async with connect(settings, SetClock()) as sms:
            yield Talk(server, sms)


async def test_a_message_travels_under_our_reference_and_to_a_person(talk: Talk) -> None:
    assert await talk.sms.send(MESSAGE) is Sending.TAKEN
    assert json.loads(talk.server.seen[0].body) == {
        "reference": "r1",
        "nationalCode": "0070018618",
        "text": MESSAGE.text,
    }


async def test_somebody_without_a_number_on_file_is_no_failure(talk: Talk) -> None:
    talk.server.says('{"result": "NO_NUMBER"}')
    assert await talk.sms.send(MESSAGE) is Sending.NO_NUMBER


@pytest.mark.parametrize(
    ("status", "body", "failure"),
    [
        (200, '{"result": "OK", "message": {"reference": "another"}}', SourceIncoherent),
        (200, '{"result": "OK"}', SourceIncoherent),
        (200, '{"result": "CONFLICT"}', SourceIncoherent),
        (200, '{"result": "BUSY"}', SourceUnavailable),
        (401, "{}", SourceRefusedUs),
        (500, "{}", SourceUnavailable),
    ],
)
async def test_what_is_wrong_is_a_failure_of_its_kind(
    talk: Talk, status: int, body: str, failure: type[SourceFailure]
) -> None:
    talk.server.says(body, status)
    with pytest.raises(failure):
        await talk.sms.send(MESSAGE)
    assert len(talk.server.seen) == 1, "a command goes once: its workflow says when it goes again"


def test_a_message_tells_nobody_what_it_says() -> None:
    from adapters.sms.translate import message_from

    printed = repr(MESSAGE) + repr(message_from(MESSAGE))
    assert MESSAGE.text not in printed
    assert "0070018618" not in printed


@pytest.mark.parametrize("text", ["", "ب" * 1001])
def test_a_text_that_no_message_holds_is_no_message(text: str) -> None:
    with pytest.raises(ValueError, match="thousand letters"):
        Message(reference="r", person=MESSAGE.person, text=text)
