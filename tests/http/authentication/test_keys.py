"""Keys of an issuer: fetched once, again when they rotate, kept where fetching fails, and never too often."""

import asyncio
from pathlib import Path
from typing import Any

import orjson
import pytest
from joserfc.jwk import ECKey, RSAKey

from gateway.http.authentication import Unauthenticated, Undecided
from gateway.http.authentication.jwks import MAX_BYTES, IssuerKeys, KeyAges, file_of_keys, keys_in
from tests.http.issuing import TestIssuer

AGES = KeyAges(fresh=300, stale=3600, pause=10)


@pytest.fixture
def keys(issuer: TestIssuer, clock: Any) -> IssuerKeys:
    return IssuerKeys(issuer.document, clock, AGES)


async def test_keys_are_fetched_once_for_all_who_wait(issuer: TestIssuer, keys: IssuerKeys) -> None:
    found = await asyncio.gather(*(keys.key("first", "ES256") for _ in range(50)))
    assert {key.kid for key in found} == {"first"}
    assert issuer.fetched == 1


async def test_a_new_key_is_found_at_once(issuer: TestIssuer, keys: IssuerKeys, clock: Any) -> None:
    await keys.key("first", "ES256")
    issuer.rotate()
    assert (await keys.key("second", "ES256")).kid == "second"
    assert issuer.fetched == 2


async def test_a_key_taken_back_is_gone_when_the_keys_are_old(issuer: TestIssuer, keys: IssuerKeys, clock: Any) -> None:
    await keys.key("first", "ES256")
    issuer.rotate()
    clock.seconds = 299
    await keys.key("first", "ES256")
    clock.seconds = 300
    with pytest.raises(Unauthenticated):
        await keys.key("first", "ES256")


async def test_invented_ids_do_not_make_us_ask_oftener_than_the_pause(
    issuer: TestIssuer, keys: IssuerKeys, clock: Any
) -> None:
    await keys.key("first", "ES256")
    for second in range(100):
        clock.seconds = float(second)
        with pytest.raises(Unauthenticated):
            await keys.key(f"invented-{second}", "ES256")
    assert issuer.fetched == 1 + 10


async def test_old_keys_serve_while_the_issuer_is_away_and_not_for_ever(
    issuer: TestIssuer, keys: IssuerKeys, clock: Any
) -> None:
    await keys.key("first", "ES256")
    issuer.down = True
    clock.seconds = 3599
    await keys.key("first", "ES256")
    clock.seconds = 3600
    with pytest.raises(Undecided):
        await keys.key("first", "ES256")
    issuer.down = False
    clock.seconds = 3620
    await keys.key("first", "ES256")


async def test_an_issuer_that_is_away_is_asked_no_oftener_than_the_pause(
    issuer: TestIssuer, keys: IssuerKeys, clock: Any
) -> None:
    issuer.down = True
    for second in range(21):
        clock.seconds = float(second)
        with pytest.raises(Undecided) as reason:
            await keys.key("first", "ES256")
        assert reason.value.retry_after > 0
    assert issuer.fetched == 3


@pytest.mark.parametrize("document", [b"", b"[]", b"{}", b'{"keys": 3}', b"<html>", b" " * (MAX_BYTES + 1)])
async def test_what_is_no_set_of_keys_leaves_the_keys_alone(issuer: TestIssuer, clock: Any, document: bytes) -> None:
    said = [await issuer.document(), document]

    async def fetch() -> bytes:
        return said.pop(0)

    keys = IssuerKeys(fetch, clock, AGES)
    await keys.key("first", "ES256")
    clock.seconds = 301
    await keys.key("first", "ES256")
    assert said == []


async def test_the_fetch_does_not_end_with_the_request_that_began_it(issuer: TestIssuer, clock: Any) -> None:
    go_on = asyncio.Event()

    async def fetch() -> bytes:
        await go_on.wait()
        return await issuer.document()

    keys = IssuerKeys(fetch, clock, AGES)
    first, second = (asyncio.create_task(keys.key("first", "ES256")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    go_on.set()
    assert (await second).kid == "first"


async def test_without_an_id_the_only_key_that_fits_is_taken(issuer: TestIssuer, keys: IssuerKeys, clock: Any) -> None:
    issuer.published = [issuer.key, RSAKey.generate_key(2048, {"kid": "rsa"})]
    assert (await keys.key(None, "ES256")).kid == "first"
    issuer.published = [issuer.key, ECKey.generate_key("P-256", {"kid": "other"})]
    clock.seconds = 301
    with pytest.raises(Unauthenticated):
        await keys.key(None, "ES256")


async def test_keys_come_from_a_file_too_and_rotate_there(issuer: TestIssuer, clock: Any, tmp_path: Path) -> None:
    path = tmp_path / "jwks.json"
    path.write_bytes(await issuer.document())
    keys = IssuerKeys(file_of_keys(path), clock, AGES)
    await keys.key("first", "ES256")
    issuer.rotate()
    path.write_bytes(await issuer.document())
    clock.seconds = 10
    await keys.key("second", "ES256")


async def test_a_missing_file_is_no_yes_and_no_no(clock: Any, tmp_path: Path) -> None:
    with pytest.raises(Undecided):
        await IssuerKeys(file_of_keys(tmp_path / "none.json"), clock).key("first", "ES256")


def test_keys_that_cannot_verify_are_passed_over() -> None:
    good = ECKey.generate_key("P-256", {"kid": "good"})
    listed = [
        good.as_dict(private=True) | {"kid": "private"},
        good.as_dict(private=False) | {"use": "enc"},
        good.as_dict(private=False) | {"alg": "ES512"},
        ECKey.generate_key("P-384").as_dict(private=False),
        {"kty": "oct", "k": "c2VjcmV0"},
        {"kty": "EC"},
        {"kty": 7},
        {},
        good.as_dict(private=False),
    ]
    assert [key.kid for key in keys_in(orjson.dumps({"keys": [*listed, 3, None]}))] == ["good"]
