"""Turns the registry's records and message keys into Citizens, Photos and failures. Knows nothing of HTTP."""

import binascii
import datetime
import functools
from collections.abc import Sequence

from adapters.civil_registry.settings import CivilRegistrySettings
from adapters.civil_registry.wire import PersonOnTheWire, PhotoOnTheWire
from adapters.outbound.legacy import day, filled, number
from gateway.domain.citizen import Citizen, Gender, LifeStatus, Photo, Shenasname
from gateway.domain.clock import TEHRAN
from gateway.domain.failure import (
    Source,
    SourceClosed,
    SourceFailure,
    SourceIncoherent,
    SourceQuota,
    SourceRefusedUs,
    SourceUnavailable,
    SourceWithheld,
)
from gateway.domain.identifiers import NationalId
from gateway.domain.text import fold_letters

REGISTRY = Source.CIVIL_REGISTRY
_BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
_JOINERS = str.maketrans("", "", "\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}")
_NO_BOOKLET = Shenasname()

# domain.md 2.4; what each key means here is agreed in docs/systems/civil_registry.md.
UNKNOWN_PERSON = frozenset({"err.record.not.found", "Nin.Not.Valid", "err.cancellation.nin"})
UNTIL_MIDNIGHT = "inquiry.outof.max.daily.request"
FAILURES: dict[str, type[SourceFailure]] = {
    "result.rec.invisible": SourceWithheld,
    "IS_EXCEPTED": SourceWithheld,
    "result.rec.review": SourceUnavailable,
    "result.rec.return": SourceUnavailable,
    UNTIL_MIDNIGHT: SourceQuota,
    "inquiry.outof.max.response": SourceQuota,
    "inquiry.time.finished": SourceClosed,
    "login.time.diny": SourceClosed,
    "login.holyday.diny": SourceClosed,
    "inquiry.unreadable.image": SourceIncoherent,
    "You.have.not.permission": SourceRefusedUs,
    "login.invalid.user": SourceRefusedUs,
    "login.lock.user": SourceRefusedUs,
    "err.method.diny": SourceRefusedUs,
    "login.service.diny": SourceRefusedUs,
}


def citizen_from(
    wire: PersonOnTheWire, asked: NationalId, settings: CivilRegistrySettings, now: datetime.datetime
) -> Citizen | None:
    """The person asked for; None where the registry has no such person. Raises what the answer stands for."""
    if not (wire.name or "").strip():
        _no_record(wire.messages, now)
        return None
    try:
        _same_person(wire, asked)
        first_name, last_name = _text(wire.name), _text(wire.family)
        if first_name is None or last_name is None:
            raise ValueError("a name is empty")
        return Citizen(
            national_id=asked,
            first_name=first_name,
            last_name=last_name,
            father_name=_text(wire.father_name),
            gender=_gender(wire.gender, settings),
            birth=day(wire.birth_date),
            life_status=_life_status(wire.death_status, settings),
            death=day(wire.death_date),
            shenasname=_shenasname(wire),
        )
    except ValueError as error:
        raise SourceIncoherent(REGISTRY, f"a record that makes no sense: {error}") from None


def photo_from(wire: PhotoOnTheWire, asked: NationalId, now: datetime.datetime) -> Photo | None:
    """The person's picture; None where the registry has no such person or no picture of them."""
    person = next(iter(wire.persons), PersonOnTheWire())
    messages = (*wire.messages, *person.messages)
    if not (person.name or "").strip():
        _no_record(messages, now)
        return None
    try:
        _same_person(person, asked)
        if len(wire.persons) > 1:
            raise ValueError("more than one person")
        if filled(wire.image) is None:
            if messages:
                _no_record(messages, now)
            return None
        content = _bytes(wire.image or "")
        return Photo(media_type=_media_type(content), content=content)
    except ValueError as error:
        raise SourceIncoherent(REGISTRY, f"a photo that makes no sense: {error}") from None


def seconds_to_midnight_in_tehran(now: datetime.datetime) -> float:
    """When the registry's daily quota begins anew."""
    here = now.astimezone(TEHRAN)
    midnight = (here + datetime.timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - here).total_seconds()


def _no_record(messages: Sequence[str], now: datetime.datetime) -> None:
    """Returns where the registry knows of no such person; else raises the failure that the first known key names."""
    for message in messages:
        if message in UNKNOWN_PERSON:
            return
        if failure := FAILURES.get(message):
            wait = seconds_to_midnight_in_tehran(now) if message == UNTIL_MIDNIGHT else None
            # Of what they sent, only a key that we know ourselves stands in our log.
            raise failure(REGISTRY, message, retry_after=wait)
    raise SourceIncoherent(REGISTRY, "no record, and no reason that we know")


def _same_person(wire: PersonOnTheWire, asked: NationalId) -> None:
    if (filled(wire.nin) or "").zfill(10) != asked.digits:
        raise ValueError("it is about somebody else")


def _bytes(encoded: str) -> bytes:
    try:
        return binascii.a2b_base64("".join(encoded.split()), strict_mode=True)
    except ValueError:  # not base64, or not even ASCII
        raise ValueError("not base64") from None


def _text(encoded: str | None) -> str | None:
    try:
        text = fold_letters(_bytes(encoded or "").decode().removeprefix(_BYTE_ORDER_MARK))
    except UnicodeDecodeError:
        raise ValueError("text that is not UTF-8") from None
    if "\N{REPLACEMENT CHARACTER}" in text or not _printable(text):
        raise ValueError("text that was broken before it came here")
    return None if text.lower() in {"", "null"} else text


def _printable(text: str) -> bool:
    # The zero-width joiners of Persian spelling are not "printable" to Python.
    return text.isprintable() or text.translate(_JOINERS).isprintable()


def _gender(code: str | None, settings: CivilRegistrySettings) -> Gender:
    value = _code(code)
    if value in settings.female_codes:
        return Gender.FEMALE
    return Gender.MALE if value in settings.male_codes else Gender.UNKNOWN


def _life_status(code: str | None, settings: CivilRegistrySettings) -> LifeStatus:
    value = _code(code)
    if value in settings.alive_codes:
        return LifeStatus.ALIVE
    return LifeStatus.DECEASED if value in settings.deceased_codes else LifeStatus.UNKNOWN


@functools.lru_cache(maxsize=100)
def _code(text: str | None) -> int | None:
    # Unlike everywhere else, 0 is a value here.
    stripped = (text or "").strip()
    return None if stripped.lower() in {"", "null"} else number(stripped) or 0


def _shenasname(wire: PersonOnTheWire) -> Shenasname | None:
    booklet = Shenasname(
        number=_digits(wire.shenasname_no),
        series=_text(wire.shenasname_seri),
        serial=_digits(wire.shenasname_serial),
        issue_place=_text(wire.office_name),
    )
    return None if booklet == _NO_BOOKLET else booklet


def _digits(text: str | None) -> str | None:
    value = number(text)
    return None if value is None else str(value)


def _media_type(content: bytes) -> str:
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    raise ValueError("neither JPEG nor PNG")
