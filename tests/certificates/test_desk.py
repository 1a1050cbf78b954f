"""Issue, passcodes, redemption and revocation, on both kinds of store."""

import asyncio
import contextlib
import datetime
import hashlib
import hmac
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gateway.certificates.desk import (
    NotInForce,
    NotIssued,
    PasscodeRefused,
    PasscodeWish,
    TooManyPasscodes,
)
from gateway.certificates.grounds import Refusal
from gateway.certificates.passcode import ALPHABET, Passcode, PasscodeHash, as_typed
from gateway.certificates.settings import CertificateSettings, PasscodeSettings
from gateway.certificates.signing import TrustedKeys, new_key
from gateway.certificates.status_list import Status, StatusList, StatusReference
from gateway.certificates.throttle import Throttled
from gateway.certificates.verifying import Trust, verified
from gateway.domain.certificate import Certificate, CertificateKind, CertificateState, PasscodeState
from gateway.domain.citizen import Citizen
from gateway.domain.clock import SystemClock
from gateway.domain.debt import DebtKey
from gateway.domain.failure import Source, SourceClosed, SourceUnavailable
from gateway.domain.insurance import Insurance, InsuranceStatus
from gateway.domain.lookup import BranchGap
from gateway.domain.money import rial
from gateway.loading.redis_counters import RedisCounters
from gateway.requests.desk import Invalid, Reused
from tests.certificates.counter import COURT, PUBLIC, Counter, counter
from tests.requests.fakes import KEYRING
from tests.requests.postgres import running_postgresql
from tests.resolvers.conftest import BRANCH, DEBT, MINA, NOW, SARA, WORKSHOP, World
from tests.servers.redis_servers import RedisServer


@pytest.fixture(scope="module")
def postgresql() -> Iterator[str]:
    with running_postgresql() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
async def on_each_store(request: pytest.FixtureRequest, tmp_path: Path, world: World) -> AsyncIterator[Counter]:
    place = tmp_path if request.param == "sqlite" else request.getfixturevalue("postgresql")
    async with counter(place, world) as made:
        yield made


@pytest.fixture
async def here(tmp_path: Path, world: World) -> AsyncIterator[Counter]:
    async with counter(tmp_path, world) as made:
        yield made


async def test_what_was_issued_is_kept_as_it_was_and_found_by_its_serial_and_its_person(
    on_each_store: Counter,
) -> None:
    first = await on_each_store.issued(purpose="وام", valid_days=10)
    on_each_store.clock.move(seconds=5)
    second = await on_each_store.issued(kind=CertificateKind.PENSION_STATUS)
    assert await on_each_store.seen(first) == first
    store = on_each_store.desk.store
    page = await store.of_person(SARA, 1, None)
    assert (page.items, page.has_next) == ((second,), True)
    assert first.claims.valid_until - first.claims.issued_at == 10 * 86_400
    assert all(fact.said_at == int(NOW.timestamp()) - 7 for fact in first.claims.facts)
    assert not (await store.of_person(MINA, 5, None)).items


async def test_a_key_sent_many_times_at_once_issues_once(on_each_store: Counter) -> None:
    answers = await asyncio.gather(*(on_each_store.ask(f"{on_each_store.prefix} same") for _ in range(8)))
    assert len({answer.serial for answer in answers if isinstance(answer, Certificate)}) == 1
    assert all(isinstance(answer, Certificate) for answer in answers)
    other = await on_each_store.ask(f"{on_each_store.prefix} same", purpose="چیز دیگر")
    assert isinstance(other, Reused)


async def test_a_key_sent_for_two_things_at_once_stands_for_one_of_them(on_each_store: Counter) -> None:
    key = f"{on_each_store.prefix} two"
    answers = await asyncio.gather(*(on_each_store.ask(key, purpose=purpose) for purpose in ("الف", "ب") * 3))
    issued = [answer for answer in answers if isinstance(answer, Certificate)]
    assert len({certificate.serial for certificate in issued}) == 1
    assert all(isinstance(answer, Certificate | Reused) for answer in answers)
    assert len(issued) == 3
    assert isinstance(await on_each_store.desk.revoke(issued[0], key), Reused)


async def test_the_last_use_of_a_passcode_is_given_to_one_of_all_who_ask_at_once(on_each_store: Counter) -> None:
    certificate = await on_each_store.issued()
    made = await on_each_store.passcode(certificate, uses=2)
    settings = on_each_store.desk.settings.passcodes
    assert settings.wrong_by_certificate >= 5
    answers = await asyncio.gather(
        *(on_each_store.desk.redeem(certificate.serial, made.passcode, COURT) for _ in range(4))
    )
    assert sum(isinstance(answer, Certificate) for answer in answers) == 2
    seen = await on_each_store.seen(certificate)
    assert len(seen.redemptions) == 2
    assert seen.passcodes[0].uses_left == 0
    assert seen.passcodes[0].state(on_each_store.clock.now()) is PasscodeState.USED_UP
    assert seen.state(on_each_store.clock.now()) is CertificateState.REDEEMED


async def test_a_repeated_redemption_uses_no_further_count_and_a_key_alone_opens_nothing(
    on_each_store: Counter,
) -> None:
    certificate = await on_each_store.issued()
    made = await on_each_store.passcode(certificate)
    redeem, serial = on_each_store.desk.redeem, certificate.serial
    answers = await asyncio.gather(*(redeem(serial, made.passcode, COURT, "one key") for _ in range(4)))
    assert sum(isinstance(answer, Certificate) for answer in answers) >= 1
    assert isinstance(await redeem(serial, made.passcode, COURT, "one key"), Certificate)
    assert len((await on_each_store.seen(certificate)).redemptions) == 1
    fresh = await on_each_store.desk.revoke(certificate, f"{on_each_store.prefix} end")
    assert isinstance(fresh, Certificate)
    assert isinstance(await redeem(serial, made.passcode, COURT, "one key"), PasscodeRefused), "revoked in between"
    wrong = made.passcode[::-1] if made.passcode[::-1] != made.passcode else "2" * 10
    assert isinstance(await redeem(serial, wrong, COURT, "one key"), PasscodeRefused)


async def test_a_revoked_certificate_opens_no_more_and_its_state_stands_in_the_list(on_each_store: Counter) -> None:
    certificate, other = await on_each_store.issued(), await on_each_store.issued()
    made = await on_each_store.passcode(certificate)
    answer = await on_each_store.desk.revoke(certificate, f"{on_each_store.prefix} revoke")
    assert isinstance(answer, Certificate)
    assert answer.state(on_each_store.clock.now()) is CertificateState.REVOKED
    assert isinstance(await on_each_store.desk.redeem(certificate.serial, made.passcode, COURT), PasscodeRefused)
    keys = TrustedKeys.of_jwks(on_each_store.desk.issuer.published())
    token = await on_each_store.desk.status_list(1)
    assert token is not None
    listed = StatusList.opened(token, keys)
    places = {}
    for one in (certificate, other):
        payload, _ = keys.opened(one.code, "tamin-code+jwt")
        places[one.serial] = StatusReference.read(payload).index
    assert listed.status_of(places[certificate.serial]) == Status.INVALID
    assert listed.status_of(places[other.serial]) == Status.VALID
    assert await on_each_store.desk.status_list(99) is None


async def test_one_certificate_replaces_another_once(on_each_store: Counter) -> None:
    older = await on_each_store.issued()
    newer = await on_each_store.issued(supersedes=older.serial)
    assert (await on_each_store.seen(older)).superseded_by == newer.serial
    assert isinstance(await on_each_store.ask(supersedes=older.serial), NotInForce)
    assert isinstance(await on_each_store.ask(supersedes=newer.serial, person=MINA), Invalid), "another's"


async def test_passcodes_end_by_time_by_withdrawal_and_with_their_certificate(here: Counter) -> None:
    certificate = await here.issued(valid_days=1)
    short, withdrawn, long = [await here.passcode(certificate, seconds=s) for s in (60, 3_600, 200_000)]
    await here.desk.withdraw_passcode(await here.seen(certificate), withdrawn.record.id, "withdraw")
    here.clock.move(seconds=60)
    serial = certificate.serial
    assert isinstance(await here.desk.redeem(serial, short.passcode, COURT), PasscodeRefused)
    assert isinstance(await here.desk.redeem(serial, withdrawn.passcode, COURT), PasscodeRefused)
    assert isinstance(await here.desk.redeem(serial, long.passcode, PUBLIC), Certificate)
    here.clock.move(days=1)
    assert (await here.seen(certificate)).state(here.clock.now()) is CertificateState.EXPIRED
    states = {one.id: one.state(here.clock.now()) for one in (await here.seen(certificate)).passcodes}
    assert states[withdrawn.record.id] is PasscodeState.WITHDRAWN
    assert states[short.record.id] is PasscodeState.EXPIRED


async def test_a_passcode_made_for_one_agency_opens_for_no_other_and_not_for_the_public(here: Counter) -> None:
    certificate = await here.issued()
    made = await here.passcode(certificate, redeemer="court", uses=5)
    fund = replace(COURT, caller="contract:fund", contract="fund")
    for reader in (fund, PUBLIC):
        assert isinstance(await here.desk.redeem(certificate.serial, made.passcode, reader), PasscodeRefused)
    assert isinstance(await here.desk.redeem(certificate.serial, made.passcode, COURT), Certificate)


async def test_a_certificate_made_out_to_one_agency_is_shown_to_no_other_whatever_the_passcode(here: Counter) -> None:
    certificate = await here.issued(redeemer="fund")
    made = await here.passcode(certificate)
    assert isinstance(await here.desk.redeem(certificate.serial, made.passcode, COURT), PasscodeRefused)
    assert not (await here.seen(certificate)).redemptions


async def test_a_passcode_is_taken_as_people_type_it(here: Counter) -> None:
    certificate = await here.issued()
    made = await here.passcode(certificate, uses=3)
    spoken = " ".join(made.passcode.lower()).translate(str.maketrans("23456789", "۲۳۴۵۶۷۸۹"))
    serial = "-".join(certificate.serial[start : start + 4] for start in range(0, 16, 4)).lower()
    assert isinstance(await here.desk.redeem(serial, spoken, PUBLIC), Certificate)
    assert as_typed(" ab-۲٣ ") == "AB23"


async def test_passcodes_are_of_letters_that_nobody_confuses_and_kept_nowhere(here: Counter, tmp_path: Path) -> None:
    certificate = await here.issued()
    made = [await here.passcode(certificate) for _ in range(5)]
    assert len({one.passcode for one in made}) == 5
    for one in made:
        assert len(one.passcode) == 10
        assert set(one.passcode) <= set(ALPHABET)
        assert repr(one.passcode) == "Passcode(***)"
    assert not set("01ILOU") & set(ALPHABET)
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("requests.db*"))  # noqa: ASYNC240 - a test of one file
    assert not any(one.passcode.encode() in kept for one in made)
    wish = PasscodeWish(serial=certificate.serial, key="x", purpose="وام", redeemer=None, uses=1, seconds=60)
    assert await here.desk.make_passcode(certificate, wish) == TooManyPasscodes(5)


async def test_the_same_key_shows_the_same_passcode_again(here: Counter) -> None:
    certificate = await here.issued()
    made = await asyncio.gather(*(here.passcode(certificate, "the same") for _ in range(3)))
    assert len({one.passcode for one in made}) == 1
    assert len((await here.seen(certificate)).passcodes) == 1
    assert isinstance(made[0].passcode, Passcode)


async def test_wrong_passcodes_close_a_certificate_for_a_while_also_to_the_right_one(here: Counter) -> None:
    certificate = await here.issued()
    made = await here.passcode(certificate)
    readers = [replace(PUBLIC, caller=f"address:10.0.0.{n}") for n in range(6)]
    for reader in readers[:5]:
        assert isinstance(await here.desk.redeem(certificate.serial, "2" * 10, reader), PasscodeRefused)
    with pytest.raises(Throttled) as closed:
        await here.desk.redeem(certificate.serial, made.passcode, readers[5])
    assert closed.value.retry_after == 900
    here.clock.at += datetime.timedelta(seconds=901)
    here.clock._seconds += 901
    assert isinstance(await here.desk.redeem(certificate.serial, made.passcode, readers[5]), Certificate)


async def test_one_caller_may_not_guess_at_many_certificates(here: Counter) -> None:
    certificates = [await here.issued() for _ in range(11)]
    for certificate in certificates[:10]:
        assert isinstance(await here.desk.redeem(certificate.serial, "2" * 10, PUBLIC), PasscodeRefused)
    with pytest.raises(Throttled):
        await here.desk.redeem(certificates[10].serial, "2" * 10, PUBLIC)
    assert isinstance(await here.desk.redeem(certificates[10].serial, "2" * 10, COURT), PasscodeRefused)


async def test_right_passcodes_are_not_held_against_anybody(here: Counter) -> None:
    certificate = await here.issued()
    made = await here.passcode(certificate, uses=15)
    for _ in range(15):
        assert isinstance(await here.desk.redeem(certificate.serial, made.passcode, PUBLIC), Certificate)


async def test_each_try_costs_what_owasp_asks_for_at_least_and_is_keyed() -> None:
    """scrypt with N = 2^15, r = 8, p = 1, written out here by the standard library."""
    key = KEYRING.derive("certificate.passcode")
    keyed = hmac.digest(key, b"2345678923", "sha256")
    expected = hashlib.scrypt(keyed, salt=b"s" * 16, n=2**15, r=8, p=1, maxmem=2**26, dklen=32)
    assert await PasscodeHash(KEYRING).of("2345678923", b"s" * 16) == expected


async def test_a_crowd_of_guessers_is_sent_away_before_it_takes_the_time_of_all(here: Counter) -> None:
    certificate = await here.issued()
    made = await here.passcode(certificate)
    hashes = here.desk.hash
    async with contextlib.AsyncExitStack() as busy:
        for _ in range(2):  # nobody's turn comes
            await busy.enter_async_context(hashes._room)
        waiting = [asyncio.create_task(hashes.of("2" * 10, b"s" * 16)) for _ in range(64)]
        await asyncio.sleep(0)
        with pytest.raises(Throttled) as crowded:
            await here.desk.redeem(certificate.serial, made.passcode, COURT)
        assert crowded.value.retry_after == 5
    await asyncio.gather(*waiting)
    assert isinstance(await here.desk.redeem(certificate.serial, made.passcode, COURT), Certificate)


async def test_after_too_many_wrong_ones_in_all_the_passcodes_are_void(tmp_path: Path, world: World) -> None:
    bounds = PasscodeSettings(wrong_before_void=3, wrong_by_certificate=100, wrong_by_caller=100)
    async with counter(tmp_path, world, passcodes=bounds) as here:
        certificate = await here.issued()
        made = await here.passcode(certificate)
        for _ in range(3):
            await here.desk.redeem(certificate.serial, "3" * 10, PUBLIC)
        assert isinstance(await here.desk.redeem(certificate.serial, made.passcode, PUBLIC), PasscodeRefused)
        assert (await here.seen(certificate)).passcodes[0].withdrawn
        fresh = await here.passcode(certificate)
        assert isinstance(await here.desk.redeem(certificate.serial, fresh.passcode, PUBLIC), Certificate)


async def test_a_dead_redis_closes_passcodes_and_says_when_to_try_again(
    tmp_path: Path, world: World, own_redis: RedisServer
) -> None:
    counters = RedisCounters(own_redis.url, SystemClock(), answer=5.0)
    async with counter(tmp_path, world, counters=counters) as here:
        certificate = await here.issued()
        made = await here.passcode(certificate, uses=3)
        assert isinstance(await here.desk.redeem(certificate.serial, made.passcode, COURT), Certificate)
        own_redis.kill()
        with pytest.raises(Throttled) as closed:
            await here.desk.redeem(certificate.serial, made.passcode, COURT)
        assert closed.value.retry_after > 0
        assert len((await here.seen(certificate)).redemptions) == 1
    await counters.aclose()


# what it rests on


async def test_no_link_is_a_certificate(here: Counter) -> None:
    here.world.facts["insurances_by_person"][SARA] = Insurance(status=InsuranceStatus.NO_LINK)
    certificate = await here.issued()
    assert certificate.claims.outcome == "NO_LINK"
    assert {fact.name for fact in certificate.claims.facts} == {"insuranceStatus", "branchFiles"}


async def test_all_facts_are_asked_for_at_once_and_each_system_once(here: Counter) -> None:
    here.world.delay = 0.02
    await here.issued(kind=CertificateKind.PENSION_STATUS)
    assert sorted(here.world.questions) == ["citizens_by_national_id", "insurances_by_person", "pensions_by_person"]
    assert here.world.most_in_flight == 3


@pytest.mark.parametrize("age", [86_400, 86_401])
async def test_facts_that_are_too_old_are_not_certified(here: Counter, age: int) -> None:
    here.clock.at = NOW + datetime.timedelta(seconds=age - 7)
    answer = await here.ask()
    if age == 86_400:
        assert isinstance(answer, Certificate)
        return
    assert isinstance(answer, NotIssued)
    assert {one.refusal for one in answer.reasons} == {Refusal.FACT_STALE}
    assert {one.source for one in answer.reasons} == {Source.CIVIL_REGISTRY, Source.BRANCH_DATABASES}


async def test_every_system_that_did_not_answer_is_named_with_its_reason(here: Counter) -> None:
    here.world.failing["citizens_by_national_id"] = SourceClosed(Source.CIVIL_REGISTRY, retry_after=600)
    here.world.failing["insurances_by_person"] = SourceUnavailable(Source.BRANCH_DATABASES)
    answer = await here.ask("again")
    assert isinstance(answer, NotIssued)
    assert [(one.refusal, one.source, one.code, one.retry_after) for one in answer.reasons] == [
        (Refusal.FACT_UNAVAILABLE, Source.CIVIL_REGISTRY, "SOURCE_CLOSED", 600),
        (Refusal.FACT_UNAVAILABLE, Source.BRANCH_DATABASES, "SOURCE_UNAVAILABLE", None),
    ]
    here.world.failing.clear()
    assert isinstance(await here.ask("again"), Certificate), "the same key, when the systems answer"


async def test_a_person_whom_the_registry_does_not_know_gets_none(here: Counter) -> None:
    here.world.facts["citizens_by_national_id"] = dict[object, Citizen]()
    answer = await here.ask()
    assert isinstance(answer, NotIssued)
    assert answer.reasons[0].refusal is Refusal.PERSON_UNKNOWN


@pytest.mark.parametrize(
    ("remaining", "gaps", "expected"),
    [
        (0, (), None),
        (30, (), Refusal.DEBT_OUTSTANDING),
        (0, (BranchGap(branch=BRANCH, code="SOURCE_TIMEOUT", retryable=True),), Refusal.FACT_INCOMPLETE),
    ],
)
async def test_a_workshop_is_clear_only_where_every_debt_was_seen_and_is_paid(
    here: Counter, remaining: int, gaps: tuple[BranchGap, ...], expected: Refusal | None
) -> None:
    paid = msgspec.structs.replace(DEBT, remaining=rial(remaining))
    here.world.facts["debt_pages_by_workshop"][WORKSHOP] = (paid,)
    here.world.gaps = gaps
    answer = await here.ask(kind=CertificateKind.CLEARANCE, workshop=WORKSHOP, contract_number="پ-۱۲")
    if expected is None:
        assert isinstance(answer, Certificate)
        facts = {fact.name: fact for fact in answer.claims.facts}
        assert facts["debtsOutstanding"].value == 0
        assert facts["contractNumber"].source == "APPLICANT"
    else:
        assert isinstance(answer, NotIssued)
        assert [one.refusal for one in answer.reasons] == [expected]


async def test_a_workshop_without_any_debt_is_clear(here: Counter) -> None:
    here.world.facts["debt_pages_by_workshop"].clear()
    certificate = await here.issued(kind=CertificateKind.CLEARANCE, workshop=WORKSHOP)
    assert certificate.claims.outcome == "CLEAR"


async def test_a_building_premium_is_certified_when_its_debt_is_paid(here: Counter) -> None:
    wish: dict[str, Any] = {"kind": CertificateKind.BUILDING_PREMIUM, "debt": DebtKey(DEBT.number, BRANCH)}
    owes = await here.ask(**wish)
    assert isinstance(owes, NotIssued)
    assert owes.reasons[0].refusal is Refusal.DEBT_OUTSTANDING
    here.world.facts["debt_pages_by_person"][SARA] = (msgspec.structs.replace(DEBT, remaining=rial(0)),)
    assert (await here.issued(**wish)).claims.outcome == "PAID"
    unknown = await here.ask(kind=CertificateKind.BUILDING_PREMIUM, debt=DebtKey("none", BRANCH))
    assert isinstance(unknown, NotIssued)
    assert unknown.reasons[0].refusal is Refusal.DEBT_UNKNOWN


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"valid_days": 0}, "validDays"),
        ({"valid_days": 91}, "validDays"),
        ({"purpose": " "}, "purpose"),
        ({"purpose": "دو\nسطر"}, "purpose"),
        ({"purpose": "\u202eevil"}, "purpose"),
        ({"redeemer": "nobody"}, "redeemer"),
        ({"holder_key": "{}"}, "holderKey"),
        ({"holder_key": msgspec.json.encode(new_key().as_dict(private=True)).decode()}, "holderKey"),
        ({"kind": CertificateKind.CLEARANCE}, "workshop"),
        ({"kind": CertificateKind.BUILDING_PREMIUM}, "debtNumber"),
        ({"key": "x" * 201}, "idempotencyKey"),
    ],
)
async def test_a_wish_that_cannot_be_taken_says_which_field_is_wrong(
    here: Counter, wish: dict[str, Any], field: str
) -> None:
    answer = await here.ask(**wish)
    assert isinstance(answer, Invalid)
    assert answer.field == field
    assert not here.world.asked, "no system was asked"


async def test_a_half_space_is_no_trick(here: Counter) -> None:
    assert (await here.issued(purpose="گواهی بیمه‌ای")).claims.purpose == "گواهی بیمه‌ای"


async def test_a_credential_bound_to_a_holders_key_carries_that_key(here: Counter) -> None:
    public = new_key().as_dict(private=False)
    certificate = await here.issued(holder_key=msgspec.json.encode(public).decode())
    keys = TrustedKeys.of_jwks(here.desk.issuer.published())
    payload, _ = keys.opened(certificate.credential.split("~")[0], "dc+sd-jwt")
    assert payload["cnf"]["jwk"] == {name: public[name] for name in ("kty", "crv", "x", "y")}


async def test_the_pdf_of_the_desk_verifies(here: Counter) -> None:
    certificate = await here.issued()
    keys = TrustedKeys.of_jwks(here.desk.issuer.published())
    token = await here.desk.status_list(1)
    assert token is not None
    trust = Trust(keys, "https://gateway.example", [StatusList.opened(token, keys)])
    verdict = verified(await here.desk.pdf(certificate), trust, here.clock.now())
    assert (verdict.good, verdict.digest) == (True, certificate.digest)


@pytest.mark.parametrize(
    "wrong",
    [
        {"issuer": "gateway.example"},
        {"issuer": "https://gateway.example/"},
        {"valid_days": {"NOTHING": 3}},
        {"default_valid_days": 0},
        {"status_ttl": 600, "status_lasts": 600},
        {"passcodes": PasscodeSettings(length=7)},
        {"passcodes": PasscodeSettings(most_uses=0)},
    ],
)
def test_settings_that_cannot_be_say_so(wrong: dict[str, object]) -> None:
    assert CertificateSettings().problem() is None
    assert CertificateSettings(**wrong).problem()  # type: ignore[arg-type]
