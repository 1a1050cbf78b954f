"""The names of persons in the record: the same person the same name, under one key, however it is come by."""

import hashlib
import hmac

import pytest

from gateway.domain.identifiers import NationalId
from gateway.loading.keyring import Keyring
from gateway.operation.audit import pseudonyms
from gateway.operation.audit.pseudonyms import Pseudonyms
from tests.resolvers.conftest import MINA, REZA, SARA

KEYRING, FORMER = Keyring(b"k" * 32), Keyring(b"f" * 32)


def hashed(person: NationalId, keyring: Keyring = KEYRING) -> str:
    key = keyring.derive("audit.pseudonym")
    return hmac.digest(key, f"person:{person.digits}".encode(), hashlib.sha256)[:16].hex()


def test_a_name_is_a_keyed_hash_whether_or_not_it_is_kept() -> None:
    names = Pseudonyms(KEYRING)
    for _ in range(2):
        assert [names.person(one) for one in (SARA, MINA, NationalId(SARA.digits))] == [
            *map(hashed, (SARA, MINA, SARA))
        ]


def test_keys_do_not_share_what_they_keep() -> None:
    assert Pseudonyms(KEYRING).person(SARA) != Pseudonyms(FORMER).person(SARA)
    assert Pseudonyms(KEYRING, [FORMER]).persons(SARA) == (hashed(SARA), hashed(SARA, FORMER))


def test_no_more_names_are_kept_than_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pseudonyms, "KEPT", 2)
    names = Pseudonyms(KEYRING)
    assert [names.person(one) for one in (SARA, MINA, REZA)] == [*map(hashed, (SARA, MINA, REZA))]
    assert names.person.cache_info().currsize == 2  # type: ignore[attr-defined]


def test_printing_shows_nothing_of_what_is_kept() -> None:
    names = Pseudonyms(KEYRING)
    names.person(SARA)
    assert SARA.digits not in f"{names!r} {names.person!r}"
