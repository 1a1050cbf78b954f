"""The feed of events: its pages, its search, and what of them is believed."""

import base64
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from adapters.registry_events import connect
from adapters.registry_events.settings import RegistryEventsSettings
from adapters.registry_events.source import RegistryEvents
from gateway.domain.calendar import Day
from gateway.domain.failure import SourceClosed, SourceFailure, SourceIncoherent, SourceRefusedUs, SourceUnavailable
from gateway.domain.identifiers import NationalId
from gateway.domain.lookup import Fact
from gateway.domain.registry_event import EventKind, Marriage, RegistryEvent, death_of, marriages_of, parents_of
from tests.adapters.outbound.stand_in import Seen, SetClock, StandIn, standing_in
from tests.contracts.lookup_contract import CancellableLookupContract, Subject

ACCOUNT = {"username": "us", "password": "hush", "timeout": 2}
OMID, NASRIN, REZA = NationalId("0070018618"), NationalId("0072855371"), NationalId("0061274801")
WEDDING = {
    "sequence": 3,
    "kind": 2,
    "registeredOn": 14050710,
    "occurredOn": 14050708,
    "parties": [
        {"nin": 70018618, "role": "HUSBAND", "first": False},
        {"nin": 72855371, "role": "WIFE", "first": True},
    ],
    "permanent": True,
    "officeKind": 1,
}
BIRTH = {"sequence": 1, "kind": 1, "registeredOn": 13740900, "parties": [{"nin": 70018618, "role": "SELF"}]}
ANOTHER = {"sequence": 2, "kind": 4, "registeredOn": 14011104, "parties": [{"nin": 61274801, "role": "SELF"}]}


@dataclass
class Feed:
    events: list[dict[str, Any]] = field(default_factory=lambda: [BIRTH, ANOTHER, WEDDING])

    async def desk(self, seen: Seen) -> web.StreamResponse:
        asked = json.loads(seen.body)
        if seen.target.endswith("/search"):
            codes = {int(code) for code in asked["nationalCodes"]}
            found = [each for each in self.events if codes & {party["nin"] for party in each["parties"]}]
            return web.json_response({"result": "OK", "events": found})
        page = self.events[asked["after"] : asked["after"] + asked["limit"]]
        return web.json_response({"result": "OK", "last": len(self.events), "events": page})


@dataclass(frozen=True)
class Talk:
    server: StandIn
    feed: Feed
    events: RegistryEvents


@pytest.fixture
async def talk() -> AsyncIterator[Talk]:
    feed = Feed()
    async with standing_in(feed.desk) as server:
        settings = RegistryEventsSettings.model_validate(ACCOUNT | {"url": server.url})
        async with connect(settings, SetClock()) as events:
            yield Talk(server, feed, events)


class TestEventsByPerson(CancellableLookupContract):
    @pytest.fixture
    async def subject(self, talk: Talk) -> Subject[NationalId, tuple[RegistryEvent, ...]]:
        return Subject(
            lookup=talk.events.events_by_person,
            known=[OMID, NASRIN],
            unknown=[NationalId("0064982033")],
            asked=lambda: len(talk.server.seen),
            broken=lambda: talk.server.says("oops", status=500),
            silent=talk.server.is_silent,
        )


async def omids(talk: Talk) -> tuple[RegistryEvent, ...]:
    said = (await talk.events.events_by_person([OMID]))[OMID]
    if isinstance(said, SourceFailure):
        raise said
    return said.value


async def test_a_marriage_says_what_it_is_of_each_of_the_two(talk: Talk) -> None:
    (wedding,) = marriages_of(await omids(talk), OMID)
    assert wedding == Marriage(
        sequence=3,
        person=OMID,
        spouse=NASRIN,
        registered_on=Day(1405, 7, 10),
        permanent=True,
        first=False,
        official_office=True,
    )
    said = (await talk.events.events_by_person([NASRIN]))[NASRIN]
    assert isinstance(said, Fact)
    assert [each.first for each in marriages_of(said.value, NASRIN)] == [True]
    assert json.loads(talk.server.seen[0].body) == {"nationalCodes": [OMID.digits]}
    assert talk.server.seen[0].headers["authorization"] == "Basic " + base64.b64encode(b"us:hush").decode()


async def test_an_old_birth_is_known_by_its_month(talk: Talk) -> None:
    assert (await omids(talk))[0].registered_on == Day(1374, 9)


async def test_a_birth_names_the_parents_and_is_the_childs_alone(talk: Talk) -> None:
    father = {"nin": 61274801, "role": "FATHER"}
    talk.feed.events[0] = BIRTH | {"parties": [BIRTH["parties"][0], father]}  # type: ignore[index]
    assert parents_of(await omids(talk), OMID) == (REZA,)
    both = await talk.events.events_by_person([OMID, REZA])
    fathers = both[REZA]
    assert isinstance(fathers, Fact)
    assert [event.kind for event in fathers.value] == [EventKind.DEATH]
    assert parents_of(fathers.value, REZA) == ()


async def test_a_divorce_ends_the_last_marriage_with_that_spouse(talk: Talk) -> None:
    parties = [{"nin": 70018618, "role": "HUSBAND"}, {"nin": 72855371, "role": "WIFE"}]
    talk.feed.events += [
        {"sequence": 4, "kind": 3, "registeredOn": 14050720, "parties": parties},
        WEDDING | {"sequence": 5, "registeredOn": 14050725},
    ]
    first, second = marriages_of(await omids(talk), OMID)
    assert (first.divorced_on, second.divorced_on) == (Day(1405, 7, 20), None)


async def test_a_death_is_found_among_ones_own_events(talk: Talk) -> None:
    said = (await talk.events.events_by_person([REZA]))[REZA]
    assert isinstance(said, Fact)
    death = death_of(said.value, REZA)
    assert death
    assert (death.kind, death.registered_on) == (EventKind.DEATH, Day(1401, 11, 4))
    assert death_of(await omids(talk), OMID) is None


async def test_the_feed_is_read_from_where_one_stood(talk: Talk) -> None:
    page = await talk.events.feed.read(1, 1)
    assert ([event.sequence for event in page.events], page.last) == ([2], 3)
    assert (await talk.events.feed.read(3, 10)).events == ()


@pytest.mark.parametrize(
    ("events", "last"),
    [
        ([BIRTH, WEDDING], 3),  # a hole
        ([BIRTH], 3),  # fewer than there are
        ([ANOTHER, BIRTH], 3),  # out of order
        ([BIRTH, ANOTHER, WEDDING], 2),  # more than there are
        ([BIRTH | {"sequence": 9}], 9),
        ([BIRTH, ANOTHER, WEDDING], None),
    ],
)
async def test_a_page_with_holes_is_not_believed(talk: Talk, events: list[dict[str, Any]], last: int | None) -> None:
    talk.server.says(json.dumps({"result": "OK", "events": events, "last": last}))
    with pytest.raises(SourceIncoherent):
        await talk.events.feed.read(0, 3)


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": 99},
        {"registeredOn": 14051305},
        {"registeredOn": 14050700},
        {"registeredOn": 0},
        {"permanent": None},
        {"officeKind": None},
        {"officeKind": 3},
        {"sequence": 0},
        {"parties": [{"nin": 70018618, "role": "HUSBAND", "first": True}]},
        {"parties": [{"nin": 70018618, "role": "HUSBAND"}, {"nin": 72855371, "role": "WIFE"}]},
        {"parties": [WEDDING["parties"][0], {"nin": 72855372, "role": "WIFE", "first": True}]},  # type: ignore[index]
        {"kind": "MARRIAGE"},
    ],
)
async def test_an_event_that_makes_no_sense_is_not_believed(talk: Talk, changed: dict[str, Any]) -> None:
    talk.feed.events = [WEDDING | changed]
    with pytest.raises(SourceIncoherent):
        await omids(talk)


@pytest.mark.parametrize(
    ("status", "body", "headers", "failure"),
    [
        (401, "{}", {}, SourceRefusedUs),
        (503, "{}", {"retry-after": "30"}, SourceClosed),
        (200, '{"result": "BUSY"}', {}, SourceUnavailable),
        (200, '{"result": "LOCKED"}', {}, SourceIncoherent),
        (200, "<html>", {}, SourceIncoherent),
    ],
)
async def test_what_is_wrong_is_a_failure_of_its_kind(
    talk: Talk, status: int, body: str, headers: dict[str, str], failure: type[SourceFailure]
) -> None:
    talk.server.says(body, status, headers)
    with pytest.raises(failure) as raised:
        await talk.events.feed.read(0, 1)
    assert raised.value.retryable == (failure in {SourceClosed, SourceUnavailable})
    with pytest.raises(failure):
        await omids(talk)


async def test_nothing_that_travels_is_printed(talk: Talk) -> None:
    events = await omids(talk)
    assert OMID.digits not in repr(events)
    assert "70018618" not in repr(events)
