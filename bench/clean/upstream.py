"""`python -m bench.clean.upstream PORT`: systems as a gateway without code would wish them, for Hive Gateway alone.

SOAP with bulk questions and names in clear, REST that takes all keys at once, no signature, no token. A bare protocol
on uvloop; every answer is joined from fragments that are made at the start.

    POST /registry                          GetPersons, GetDependents
    GET  /labour/unemployment?ids=a,b,c
"""

import asyncio
import re
import sys
from typing import Any

import orjson
import uvloop

PERSONS, FIRST_ID = 10_000, 1_000_000_000
FIRST = ("محمد", "علی", "رضا", "مریم", "زهرا", "حسین", "فاطمه", "امیر", "سارا", "مهدی", "نرگس")
LAST = ("احمدی", "رضایی", "کریمی", "حسینی", "موسوی", "جعفری", "صادقی", "نوری", "قاسمی")
PLACES = ("تهران", "مشهد", "اصفهان", "شیراز", "تبریز", "قم", "رشت")
RELATIONS = ("SPOUSE", "CHILD", "CHILD", "CHILD", "PARENT")
XML = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: %d\r\n\r\n"
JSON = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
HEAD = (
    b'<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/">'
    b'<soap:Body><%sResponse xmlns="urn:registry">'
)
TAIL = b"</%sResponse></soap:Body></soap:Envelope>"
ASKED = re.compile(rb"NationalId>(\d+)<")


def person(number: int) -> dict[str, str]:
    return {
        "NationalId": str(FIRST_ID + number),
        "FirstName": FIRST[number % 11],
        "LastName": LAST[number % 9],
        "FatherName": FIRST[(number * 3 + 1) % 11],
        "BirthDate": f"{1330 + number % 70}-{1 + number % 12:02d}-{1 + number % 29:02d}",
        "Gender": "FEMALE" if number % 2 else "MALE",
        "BirthPlace": PLACES[number % 7],
        "MaritalStatus": ("SINGLE", "MARRIED", "DIVORCED", "WIDOWED")[number % 4],
        "CertificateNo": str(100_000 + number * 7),
        "LifeStatus": "ALIVE" if number % 50 else "DECEASED",
    }


def dependents(number: int) -> list[dict[str, str]]:
    return [
        {
            "NationalId": str(2_000_000_000 + number * 5 + which),
            "FirstName": FIRST[(number + which * 2 + 1) % 11],
            "LastName": LAST[number % 9],
            "Relation": RELATIONS[which],
            "BirthDate": f"{1340 + (number + which * 9) % 60}-{1 + (number + which) % 12:02d}-01",
        }
        for which in range(5)
    ]


def unemployment(number: int) -> dict[str, Any]:
    return {
        "nationalId": str(FIRST_ID + number),
        "status": ("NONE", "ACTIVE", "EXPIRED")[number % 3],
        "startDate": f"1403-{1 + number % 12:02d}-01",
        "monthlyBenefit": 50_000_000 + (number % 97) * 100_000,
        "monthsLeft": number % 36,
    }


class Fragments:
    def __init__(self) -> None:
        self.persons: dict[bytes, bytes] = {}
        self.families: dict[bytes, bytes] = {}
        self.cases: dict[bytes, bytes] = {}
        for number in range(PERSONS):
            code = str(FIRST_ID + number)
            key = code.encode()
            of_person = "".join(f"<Dependent>{_xml(each)}</Dependent>" for each in dependents(number))
            self.persons[key] = f"<Person>{_xml(person(number))}</Person>".encode()
            self.families[key] = f"<Family><HeadNationalId>{code}</HeadNationalId>{of_person}</Family>".encode()
            self.cases[key] = orjson.dumps(unemployment(number))

    def answer(self, target: bytes, body: bytes) -> bytes:
        if target.startswith(b"/registry"):
            name, kept = (
                (b"GetDependents", self.families) if b"GetDependents" in body else (b"GetPersons", self.persons)
            )
            found = b"".join(kept[key] for key in ASKED.findall(body) if key in kept)
            content = HEAD % name + found + TAIL % name
            return XML % len(content) + content
        keys = target.partition(b"ids=")[2].replace(b"%2C", b",").split(b",")
        content = b"[" + b",".join(self.cases[key] for key in keys if key in self.cases) + b"]"
        return JSON % len(content) + content


def _xml(row: dict[str, str]) -> str:
    return "".join(f"<{tag}>{text}</{tag}>" for tag, text in row.items())


class Connection(asyncio.Protocol):
    def __init__(self, fragments: Fragments) -> None:
        self._fragments = fragments
        self._waiting = b""
        self._transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        while (end := self._waiting.find(b"\r\n\r\n")) >= 0:
            head = self._waiting[:end].lower()
            place = head.find(b"content-length:")
            if b"transfer-encoding: chunked" in head:
                whole = self._waiting.find(b"\r\n0\r\n\r\n", end)
                if whole < 0:
                    return
                size = whole + 7 - end - 4  # keys stand whole in it: chunks end between elements
            else:
                size = int(head[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0
            if len(self._waiting) < end + 4 + size:
                return
            body = self._waiting[end + 4 : end + 4 + size]
            target = self._waiting.split(b" ", 2)[1]
            self._waiting = self._waiting[end + 4 + size :]
            self._transport.write(self._fragments.answer(target, body))


async def main(port: int) -> None:
    fragments = Fragments()
    server = await asyncio.get_running_loop().create_server(lambda: Connection(fragments), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
