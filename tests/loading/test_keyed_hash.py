"""What is prepared once says what HMAC says."""

import hashlib
import hmac

from hypothesis import given
from hypothesis import strategies as st

from gateway.loading.keyed_hash import KeyedHash


@given(key=st.binary(max_size=200), texts=st.lists(st.binary(max_size=200), min_size=1, max_size=3))
def test_it_is_hmac_by_rfc_2104(key: bytes, texts: list[bytes]) -> None:
    prepared = KeyedHash(key)
    assert [prepared.digest(text) for text in texts] == [hmac.digest(key, text, hashlib.sha256) for text in texts]


def test_the_fourth_vector_of_rfc_4231() -> None:
    digest = KeyedHash(bytes(range(1, 26))).digest(b"\xcd" * 50)
    assert digest.hex() == "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"


def test_printing_it_shows_nothing() -> None:
    assert repr(KeyedHash(b"a secret")) == "KeyedHash(***)"
