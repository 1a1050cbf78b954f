"""The names of persons in the record: the same person the same name, under one key, however it is come by."""

import hashlib
import hmac
import sys

from gateway.domain.identifiers import NationalId
from gateway.loading.keyring import Keyring
from gateway.operation.audit.pseudonyms import Pseudonyms
from tests.resolvers.conftest import MINA, SARA

KEYRING, FORMER = Keyring(b"k" * 32), Keyring(b"f" * 32)


def hashed(person: NationalId, keyring: Keyring = KEYRING) -> str:
    key = keyring.derive("audit.pseudonym")
    return hmac.digest(key, f"person:{person.digits}".encode(), hashlib.sha256)[:16].hex()


def test_a_name_is_a_keyed_hash_each_time() -> None:
    names = Pseudonyms(KEYRING)
    for _ in range(2):
        assert [names.person(one) for one in (SARA, MINA, NationalId(SARA.digits))] == [
            *map(hashed, (SARA, MINA, SARA))
        ]


def test_keys_give_different_names() -> None:
    assert Pseudonyms(KEYRING).person(SARA) != Pseudonyms(FORMER).person(SARA)
    assert Pseudonyms(KEYRING, [FORMER]).persons(SARA) == (hashed(SARA), hashed(SARA, FORMER))


def test_nobody_is_kept_in_the_clear() -> None:
    names, person = Pseudonyms(KEYRING), NationalId(SARA.digits)
    before = sys.getrefcount(person), sys.getrefcount(person.digits)
    names.person(person)
    names.persons(person)
    assert (sys.getrefcount(person), sys.getrefcount(person.digits)) == before


def test_printing_shows_nothing() -> None:
    names = Pseudonyms(KEYRING)
    names.person(SARA)
    assert SARA.digits not in f"{names!r} {names.person!r}"
