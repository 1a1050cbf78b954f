import datetime

import pytest
from lxml import etree

from adapters.civil_registry.settings import CivilRegistrySettings
from adapters.civil_registry.translate import citizen_from, photo_from, seconds_to_midnight_in_tehran
from adapters.civil_registry.wire import PersonOnTheWire, person_on_the_wire, photo_on_the_wire
from gateway.domain.calendar import Day, Precision
from gateway.domain.citizen import Citizen, Gender, LifeStatus, Photo
from gateway.domain.failure import (
    Code,
    SourceClosed,
    SourceFailure,
    SourceIncoherent,
    SourceQuota,
    SourceRefusedUs,
    SourceUnavailable,
    SourceWithheld,
)
from gateway.domain.identifiers import NationalId
from tests.adapters.civil_registry.conftest import settings_for
from tests.adapters.civil_registry.samples import AMIR, JPEG, PNG, SARA, b64, messages, photo, record

NOON = datetime.datetime(2026, 11, 1, 8, 30, tzinfo=datetime.UTC)  # 12:00 in Tehran
SETTINGS = settings_for("http://127.0.0.1")


def wire(elements: str) -> PersonOnTheWire:
    return person_on_the_wire(etree.fromstring(f"<return>{elements}</return>"))


def citizen(elements: str, asked: str = SARA, settings: CivilRegistrySettings = SETTINGS) -> Citizen | None:
    return citizen_from(wire(elements), NationalId(asked), settings, NOON)


def of_sara(**changes: str | None) -> Citizen:
    found = citizen(record(**changes))
    assert found is not None
    return found


def picture(elements: str) -> Photo | None:
    return photo_from(photo_on_the_wire(etree.fromstring(f"<return>{elements}</return>")), NationalId(SARA), NOON)


def test_a_record_becomes_a_citizen_with_plain_persian_names() -> None:
    sara = of_sara()
    assert (sara.first_name, sara.last_name, sara.father_name) == ("سارا", "کریمی نژاد", "رضا")
    assert sara.national_id == NationalId(SARA)
    assert (sara.gender, sara.life_status) == (Gender.FEMALE, LifeStatus.ALIVE)
    assert sara.birth == Day(1362, 5, 12)
    assert sara.death is None
    assert sara.shenasname is not None
    assert (sara.shenasname.number, sara.shenasname.series) == (None, "الف۱۲")
    assert (sara.shenasname.serial, sara.shenasname.issue_place) == ("654321", "تهران")


def test_base64_may_be_folded_over_lines() -> None:
    assert of_sara(name=b64("سارا")[:4] + "\n  " + b64("سارا")[4:]).first_name == "سارا"


def test_the_zero_width_joiner_of_persian_spelling_stays() -> None:
    assert of_sara(family=b64("علی\u200cزاده")).last_name == "علی\u200cزاده"


@pytest.mark.parametrize(
    ("written", "birth", "precision"),
    [("13200000", Day(1320), Precision.YEAR), ("13200700", Day(1320, 7), Precision.MONTH)],
)
def test_what_nobody_knows_of_a_birth_is_not_invented(written: str, birth: Day, precision: Precision) -> None:
    sara = of_sara(birthDate=written)
    assert sara.birth == birth
    assert sara.birth.precision is precision


@pytest.mark.parametrize("marker", ["", "0", "00000000", "null", " ", None])
def test_an_empty_date_of_death_is_none(marker: str | None) -> None:
    assert of_sara(deathDate=marker).death is None


def test_the_dead_are_dead_since_a_day() -> None:
    reza = of_sara(deathStatus="1", deathDate="14011225")
    assert (reza.life_status, reza.death) == (LifeStatus.DECEASED, Day(1401, 12, 25))


def test_codes_of_gender_and_death_are_settings_and_others_are_unknown() -> None:
    settings = settings_for("http://127.0.0.1", female_codes=[2], deceased_codes=[9])
    sara = citizen(record(gender="2", deathStatus="9"), settings=settings)
    assert sara is not None
    assert (sara.gender, sara.life_status) == (Gender.FEMALE, LifeStatus.DECEASED)
    odd = of_sara(gender="7", deathStatus=None)
    assert (odd.gender, odd.life_status) == (Gender.UNKNOWN, LifeStatus.UNKNOWN)


@pytest.mark.parametrize("key", ["err.record.not.found", "Nin.Not.Valid", "err.cancellation.nin"])
def test_a_person_the_registry_does_not_know_is_absent(key: str) -> None:
    assert citizen(messages(key)) is None
    assert picture(messages(key)) is None


@pytest.mark.parametrize(
    ("key", "failure", "code", "retryable"),
    [
        ("result.rec.invisible", SourceWithheld, Code.FORBIDDEN, False),
        ("IS_EXCEPTED", SourceWithheld, Code.FORBIDDEN, False),
        ("result.rec.review", SourceUnavailable, Code.SOURCE_UNAVAILABLE, True),
        ("result.rec.return", SourceUnavailable, Code.SOURCE_UNAVAILABLE, True),
        ("inquiry.outof.max.daily.request", SourceQuota, Code.SOURCE_QUOTA, True),
        ("inquiry.outof.max.response", SourceQuota, Code.SOURCE_QUOTA, True),
        ("inquiry.time.finished", SourceClosed, Code.SOURCE_CLOSED, True),
        ("login.time.diny", SourceClosed, Code.SOURCE_CLOSED, True),
        ("login.holyday.diny", SourceClosed, Code.SOURCE_CLOSED, True),
        ("inquiry.unreadable.image", SourceIncoherent, Code.SOURCE_UNAVAILABLE, False),
        ("You.have.not.permission", SourceRefusedUs, Code.SOURCE_UNAVAILABLE, False),
        ("login.invalid.user", SourceRefusedUs, Code.SOURCE_UNAVAILABLE, False),
        ("login.lock.user", SourceRefusedUs, Code.SOURCE_UNAVAILABLE, False),
        ("err.method.diny", SourceRefusedUs, Code.SOURCE_UNAVAILABLE, False),
        ("login.service.diny", SourceRefusedUs, Code.SOURCE_UNAVAILABLE, False),
        ("a.key.of.tomorrow", SourceIncoherent, Code.SOURCE_UNAVAILABLE, False),
    ],
)
def test_each_message_key_is_its_own_failure(
    key: str, failure: type[SourceFailure], code: Code, retryable: bool
) -> None:
    with pytest.raises(SourceFailure) as raised:
        citizen(messages(key))
    assert type(raised.value) is failure
    assert (raised.value.code, raised.value.retryable) == (code, retryable)


def test_the_daily_quota_ends_at_midnight_in_tehran() -> None:
    with pytest.raises(SourceQuota) as quota:
        citizen(messages("inquiry.outof.max.daily.request"))
    assert quota.value.retry_after == 12 * 3600
    assert seconds_to_midnight_in_tehran(NOON + datetime.timedelta(hours=11.5)) == 1800


@pytest.mark.parametrize(
    "changes",
    [
        {"birthDate": "13621305"},
        {"birthDate": "13620532"},
        {"birthDate": "1362-05"},
        {"deathDate": "14011301"},
        {"name": b64("سارا", "cp1256")},
        {"family": b64("س\N{REPLACEMENT CHARACTER}")},
        {"family": b64("سارا\x00")},
        {"name": "not base64!"},
        {"family": None},
        {"family": ""},
        {"gender": "female"},
        {"nin": None},
        {"nin": str(int(AMIR))},
        {"shenasnameSeri": b64("الف", "cp1256")},
    ],
)
def test_a_record_that_makes_no_sense_is_incoherent_and_names_nobody(changes: dict[str, str | None]) -> None:
    with pytest.raises(SourceIncoherent) as failure:
        citizen(record(**changes))
    message = str(failure.value)
    assert SARA.lstrip("0") not in message
    assert AMIR.lstrip("0") not in message
    assert "سارا" not in message
    assert failure.value.__cause__ is None


def test_no_name_and_no_message_is_incoherent() -> None:
    with pytest.raises(SourceIncoherent):
        citizen("")


@pytest.mark.parametrize(("image", "media_type"), [(JPEG, "image/jpeg"), (PNG, "image/png")])
def test_a_picture_says_its_own_type(image: bytes, media_type: str) -> None:
    assert picture(photo(image)) == Photo(media_type=media_type, content=image)


def test_a_person_without_a_picture_has_none() -> None:
    assert picture(photo(b"")) is None


def test_an_unreadable_picture_is_a_failure_of_the_picture() -> None:
    with pytest.raises(SourceIncoherent):
        picture(photo(b"") + messages("inquiry.unreadable.image"))


@pytest.mark.parametrize("elements", [photo(b"GIF89a"), photo(nin=str(int(AMIR))), photo() + photo()])
def test_a_picture_that_makes_no_sense_or_shows_another_is_incoherent(elements: str) -> None:
    with pytest.raises(SourceIncoherent):
        picture(elements)
