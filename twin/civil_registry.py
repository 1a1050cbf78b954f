"""The civil registry, as docs/systems/civil_registry.md has it: SOAP over HTTP Basic, one person a call."""

import base64
import datetime
import secrets
from collections import Counter

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from twin import civil_registry_lies as lies
from twin import civil_registry_wire as wire
from twin.clock import Clock
from twin.counts import Counts
from twin.faults import Fault, Faults
from twin.jalali import of_datetime, yyyymmdd
from twin.named import NAMED
from twin.national_codes import is_valid
from twin.photo import photo
from twin.trouble import CallerGone, CutInHalf, QuestionTooLong, nobody_left, question, strike, turn
from twin.world import Person, World

NAME = "civil_registry"
PATH = "/services/GSB_SabteAhval_Online.GSB_SabteAhval_OnlineHttpSoap11Endpoint"
USERNAME, PASSWORD = "tamin-sandbox", "sandbox-registry-0013"
UNREADABLE_PHOTO_EVERY = 40

MESSAGES = (
    "err.record.not.found",
    "Nin.Not.Valid",
    "err.cancellation.nin",
    "result.rec.invisible",
    "result.rec.review",
    "result.rec.return",
    "IS_EXCEPTED",
    "inquiry.outof.max.daily.request",
    "inquiry.outof.max.response",
    "inquiry.time.finished",
    "inquiry.unreadable.image",
    "You.have.not.permission",
    "login.invalid.user",
    "login.lock.user",
    "login.time.diny",
    "login.holyday.diny",
    "err.method.diny",
    "login.service.diny",
)


class RegistryConditions(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What can be set while it runs; nothing stands in the way by default. Raises ValueError with a sentence."""

    hours: str | None = None  # "07:00-19:00" in Tehran
    daily_quota: int | None = None  # answers a Jalali day in Tehran
    holidays: list[str] = []  # Jalali yyyymmdd
    message: str | None = None  # said instead of every answer: any key of MESSAGES

    def __post_init__(self) -> None:
        if self.hours is not None:
            _opening(self.hours)
        if self.daily_quota is not None and self.daily_quota < 0:
            raise ValueError("`daily_quota` must not be negative")
        if not all(len(day) == 8 and day.isdecimal() for day in self.holidays):
            raise ValueError("`holidays` are Jalali dates such as 14051001")
        if self.message is not None and self.message not in MESSAGES:
            raise ValueError(f"`message` must be one of {', '.join(MESSAGES)}")


class CivilRegistry:
    """Answers from the world; keeps only its conditions and how much of the day's quota is used."""

    def __init__(self, world: World, faults: Faults, counts: Counts, clock: Clock) -> None:
        self._people = world.people
        self._codes = list(world.people)
        self._faults, self._counts, self._clock = faults, counts, clock
        self.app = Starlette(routes=[Route(PATH, self._wsdl), Route(PATH, self._call, methods=["POST"])])
        self.reset()

    def reset(self) -> None:
        self.conditions = RegistryConditions()
        self._answered: Counter[int] = Counter()  # by Jalali day

    async def _wsdl(self, request: Request) -> Response:
        return Response(wire.wsdl(str(request.url.replace(query=""))), media_type="text/xml")

    async def _call(self, request: Request) -> Response:
        try:
            asked = wire.read_question(await question(request))
        except QuestionTooLong:
            return _fault("Client", "the message is too long")
        except ValueError as error:
            return _fault("Client", str(error))
        keys = (f"{asked.nin:010}",)
        self._counts.count(NAME, asked.operation, keys)
        with self._counts.in_flight(NAME, asked.operation, keys):
            try:
                struck = await strike(self._faults, NAME, request)
            except CallerGone:
                return nobody_left()
            return self._answer(request, asked, struck)

    def _answer(self, request: Request, asked: wire.Question, struck: Fault | None) -> Response:
        if not _is_our_account(request.headers.get("authorization", "")):
            return Response(status_code=401, headers={"WWW-Authenticate": 'Basic realm="GSB"'})
        if request.headers.get("soapaction", "").strip('"') != "urn:mediate":
            return _fault("Client", "the SOAPAction must be urn:mediate")
        match struck:
            case Fault(kind="error"):
                return _fault("Server", "java.lang.NullPointerException")
            case Fault(kind="lying", how=str(how)):
                return lies.lie(how, asked, self._people.get(f"{asked.nin:010}"), self._somebody_else(asked))
        said = _xml(self._reply(asked, struck))
        return CutInHalf(said) if struck and struck.kind == "cut" else said

    def _reply(self, asked: wire.Question, struck: Fault | None) -> bytes:
        refused = self._refusal(struck)
        if refused is None:
            self._answered[self._today()] += 1
            refused = self._obstacle(asked)
        if refused is not None:
            nothing = wire.refusal(asked.nin, refused)
            return (
                wire.estelam3(nothing) if asked.operation == "getEstelam3" else wire.estelam_c(nothing, b"", [refused])
            )
        person = self._people[f"{asked.nin:010}"]
        if asked.operation == "getEstelam3":
            return wire.estelam3(wire.record(person))
        if _photo_is_unreadable(person):
            return wire.estelam_c(wire.record(person), b"", ["inquiry.unreadable.image"])
        return wire.estelam_c(wire.record(person), photo(person.code))

    def _refusal(self, struck: Fault | None) -> str | None:
        """Why it answers nobody just now, as a message key."""
        conditions = self.conditions
        if conditions.message:
            return conditions.message
        if struck and struck.kind == "closed":
            return "inquiry.time.finished"
        if struck and struck.kind == "quota":
            return "inquiry.outof.max.daily.request"
        if str(self._today()) in conditions.holidays:
            return "login.holyday.diny"
        if conditions.hours is not None:
            opens, closes = _opening(conditions.hours)
            if not opens <= self._clock.now().time() < closes:
                return "login.time.diny"
        if conditions.daily_quota is not None and self._answered[self._today()] >= conditions.daily_quota:
            return "inquiry.outof.max.daily.request"
        return None

    def _obstacle(self, asked: wire.Question) -> str | None:
        """Why it does not answer for this person, as a message key."""
        code = f"{asked.nin:010}"
        if not is_valid(code):
            return "Nin.Not.Valid"
        person = self._people.get(code)
        if person is None or asked.birth_date not in (0, yyyymmdd(person.birth)):
            return "err.record.not.found"
        return person.withheld

    def _today(self) -> int:
        return yyyymmdd(of_datetime(self._clock.now()))

    def _somebody_else(self, asked: wire.Question) -> Person:
        return self._people[self._codes[0] if self._codes[0] != f"{asked.nin:010}" else self._codes[1]]


def _photo_is_unreadable(person: Person) -> bool:
    named = {entry.code for entry in NAMED.values()}
    return person.code not in named and turn(person.code + "photo", UNREADABLE_PHOTO_EVERY) == 0


def _opening(hours: str) -> tuple[datetime.time, datetime.time]:
    try:
        opens, closes = (datetime.time.fromisoformat(part) for part in hours.split("-"))
    except ValueError:
        raise ValueError("`hours` are written as 07:00-19:00") from None
    return opens, closes


def _is_our_account(authorization: str) -> bool:
    expected = "Basic " + base64.b64encode(f"{USERNAME}:{PASSWORD}".encode()).decode()
    return secrets.compare_digest(authorization.encode(), expected.encode())


def _xml(body: bytes) -> Response:
    return Response(body, media_type="text/xml; charset=utf-8")


def _fault(code: str, text: str) -> Response:
    return Response(wire.fault(code, text), 500, media_type="text/xml; charset=utf-8")
