"""The registry's wire, read by zeep, which has never seen the twin's code, and by hand."""

import asyncio
import base64
import struct
import zlib
from typing import Any

import pytest
import requests
import zeep
from lxml import etree
from zeep.transports import Transport

from twin.civil_registry import MESSAGES
from twin.named import NAMED
from twin.world import World

CODE = {name: who.code for name, who in NAMED.items()}


async def by_zeep(descriptor: dict[str, Any], operation: str, nin: int, birth_date: int = 0) -> Any:
    place = descriptor["civil_registry"]

    def ask() -> Any:
        with requests.Session() as session:
            session.trust_env = False
            session.auth = (place["username"], place["password"])
            transport = Transport(session=session)  # type: ignore[no-untyped-call]
            client = zeep.Client(place["url"] + "?wsdl", transport=transport)  # type: ignore[no-untyped-call]
            return getattr(client.service, operation)(arg4={"nin": nin, "birthDate": birth_date})

    return await asyncio.to_thread(ask)


async def messages(twin: Any, nin: int | str, **more: Any) -> list[str]:
    answer = await twin.registry(nin, **more)
    assert answer.status_code == 200
    return [element.text for element in etree.fromstring(answer.content).iter("message") if element.text]


async def test_zeep_reads_sara_from_the_wsdl_alone(twin: Any) -> None:
    said = await by_zeep(twin.descriptor, "getEstelam3", 13542419)
    assert said.nin == 13542419
    assert said.name.decode().strip() == "سارا"
    assert said.family.decode().strip() == "احمدي"  # Arabic ye, as the registry spells
    assert said.fatherName.decode().strip() == "رضا"
    assert said.birthDate == 13580417
    assert (said.gender, said.deathStatus) == (0, 0)
    assert said.deathDate in ("", "0", "00000000", "null", None)
    assert said.shenasnameNo > 0
    assert not said.message


async def test_zeep_gets_a_photo_that_is_a_png(twin: Any) -> None:
    said = await by_zeep(twin.descriptor, "getEstelamC", 13542419)
    picture = said.imageResult
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    position, pixels = 8, b""
    while position < len(picture):
        length, kind = struct.unpack(">I4s", picture[position : position + 8])
        content = picture[position + 8 : position + 8 + length]
        assert struct.unpack(">I", picture[position + 8 + length : position + 12 + length])[0] == zlib.crc32(
            kind + content
        )
        pixels += content if kind == b"IDAT" else b""
        position += 12 + length
    assert len(zlib.decompress(pixels)) == 84 * (1 + 84 * 3)
    assert said.estelamResult3[0].name.decode().strip() == "سارا"
    assert picture == (await by_zeep(twin.descriptor, "getEstelamC", 13542419)).imageResult


async def test_the_answer_has_the_bytes_of_the_contract(twin: Any) -> None:
    answer = await twin.registry(CODE["reza"])
    body = answer.text
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    assert "<est:getEstelam3Response><return>" in body
    assert "<nin>61274801</nin>" in body
    assert "<birthDate>13250312</birthDate>" in body
    assert "<deathStatus>1</deathStatus>" in body
    assert "<deathDate>14011104</deathDate>" in body
    assert "<gender>1</gender>" in body
    name = etree.fromstring(answer.content).findtext(".//name")
    assert base64.b64decode(name or "").strip() == bytes.fromhex("d8b1d8b6d8a7")  # رضا


async def test_names_of_two_words_have_two_spaces_and_arabic_letters(twin: Any, world: World) -> None:
    person = next(p for p in world.people.values() if " " in p.last_name and "ی" in p.last_name and not p.withheld)
    said = await by_zeep(twin.descriptor, "getEstelam3", int(person.code))
    assert "  " in said.family.decode()
    assert "ي" in said.family.decode()
    assert "ی" not in said.family.decode()


async def test_amirs_birth_is_a_year_and_nothing_more(twin: Any) -> None:
    assert b"<birthDate>13200000</birthDate>" in (await twin.registry(CODE["amir"])).content


async def test_every_empty_marker_of_a_death_that_has_not_been_occurs(twin: Any, world: World) -> None:
    living = [p.code for p in world.people.values() if not p.death and not p.withheld][:60]
    answers = await asyncio.gather(*(twin.registry(code) for code in living))
    found = {etree.fromstring(answer.content).findtext(".//deathDate") for answer in answers}
    assert found == {"", "0", "00000000", "null"}


async def test_a_birth_date_that_is_asked_for_must_be_the_right_one(twin: Any) -> None:
    assert await messages(twin, CODE["sara"], birth_date=13580417) == []
    assert await messages(twin, CODE["sara"], birth_date=13580418) == ["err.record.not.found"]


async def test_whom_the_registry_does_not_show_it_names_by_a_key(twin: Any, world: World) -> None:
    assert await messages(twin, CODE["leila"]) == ["result.rec.invisible"]
    assert await messages(twin, 1234567890) == ["Nin.Not.Valid"]
    assert await messages(twin, 499370899) == ["err.record.not.found"]
    for person in world.people.values():
        if person.withheld:
            assert await messages(twin, person.code) == [person.withheld]


async def test_an_answer_with_a_key_has_no_name_or_an_empty_one(twin: Any, world: World) -> None:
    hidden = [person.code for person in world.people.values() if person.withheld]
    names = [etree.fromstring((await twin.registry(code)).content).findtext(".//name") for code in hidden]
    assert set(names) == {None, ""}


@pytest.mark.parametrize("key", MESSAGES)
async def test_every_key_can_be_made_to_appear(twin: Any, key: str) -> None:
    await twin.control("PUT", "registry", {"message": key})
    assert await messages(twin, CODE["sara"]) == [key]
    assert set(await messages(twin, CODE["sara"], operation="getEstelamC")) == {key}


async def test_some_photos_are_unreadable_and_say_so(twin: Any, world: World) -> None:
    shown = [p.code for p in world.people.values() if not p.withheld][:200]
    answers = await asyncio.gather(*(twin.registry(code, operation="getEstelamC") for code in shown))
    unreadable = [a for a in answers if b"<message>inquiry.unreadable.image</message>" in a.content]
    assert 1 <= len(unreadable) < 20
    assert all(b"<imageResult></imageResult>" in a.content and b"<name>" in a.content for a in unreadable)


async def test_wrong_credentials_get_401(twin: Any) -> None:
    answer = await twin.registry(CODE["sara"], auth=("tamin-sandbox", "guessed"))
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Basic")


@pytest.mark.parametrize(
    "body",
    [
        "no xml at all",
        "<half>",
        "<a/>",
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body/></e:Envelope>',
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><x:getEstelam3 xmlns:x="http://est">'
        "<arg4><nin>Sara</nin></arg4></x:getEstelam3></e:Body></e:Envelope>",
        "x" * 1_100_000,
    ],
)
async def test_what_is_no_question_gets_a_soap_fault(twin: Any, body: str) -> None:
    answer = await twin.registry(0, body=body)
    assert answer.status_code == 500
    assert etree.fromstring(answer.content).findtext(".//faultcode") == "soapenv:Client"


async def test_another_soap_action_gets_a_soap_fault(twin: Any) -> None:
    assert (await twin.registry(CODE["sara"], action='"urn:other"')).status_code == 500


async def test_at_night_and_on_holidays_it_says_so(twin: Any) -> None:
    await twin.control("PUT", "registry", {"hours": "07:00-19:00"})
    await twin.control("PUT", "clock", {"now": "2026-11-22T21:00:00+03:30"})
    assert await messages(twin, CODE["sara"]) == ["login.time.diny"]
    await twin.control("PUT", "clock", {"now": "2026-11-22T09:00:00+03:30"})
    assert await messages(twin, CODE["sara"]) == []
    await twin.control("PUT", "registry", {"holidays": ["14050901"]})
    assert await messages(twin, CODE["sara"]) == ["login.holyday.diny"]


async def test_a_daily_quota_lasts_until_midnight_in_tehran(twin: Any) -> None:
    await twin.control("PUT", "registry", {"daily_quota": 2})
    await twin.control("PUT", "clock", {"now": "2026-11-22T23:00:00+03:30"})
    assert [await messages(twin, CODE["sara"]) for _ in range(3)] == [[], [], ["inquiry.outof.max.daily.request"]]
    await twin.control("PUT", "clock", {"now": "2026-11-23T00:00:01+03:30"})
    assert await messages(twin, CODE["sara"]) == []
