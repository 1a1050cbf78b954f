"""Seals."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.loading.keyring import Keyring
from gateway.resolvers.sealing import Seal

SEAL = Seal(Keyring(b"k" * 32), "cursor")


@settings(max_examples=50)
@given(st.binary(min_size=1, max_size=80), st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=4))
def test_what_is_sealed_opens_with_the_same_surroundings_and_no_others(content: bytes, of: list[bytes]) -> None:
    sealed = SEAL.seal(content, of)
    assert SEAL.open(sealed, of) == content
    assert SEAL.seal(content, of) == sealed
    with pytest.raises(ValueError, match="not sealed here"):
        SEAL.open(sealed, [*of, b"more"])


def test_another_key_and_another_purpose_open_nothing() -> None:
    sealed = SEAL.seal(b"position", [b"list"])
    for other in (Seal(Keyring(b"x" * 32), "cursor"), Seal(Keyring(b"k" * 32), "node")):
        with pytest.raises(ValueError, match="not sealed here"):
            other.open(sealed, [b"list"])


@settings(max_examples=200)
@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    with pytest.raises(ValueError, match="not sealed here"):
        SEAL.open(text, [b"list"])
