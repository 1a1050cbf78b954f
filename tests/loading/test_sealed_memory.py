"""What leaves the process to be remembered: only who has the key reads it, and no nonce comes twice under one key."""

import secrets
from collections.abc import Sequence

import pytest

from gateway.loading import sealed_memory
from gateway.loading.keyring import Keyring
from gateway.loading.sealed_memory import FORMAT, ID, NONCE, SALT, SealedMemory
from gateway.loading.stores import Entry

BEFORE_SALT = len(FORMAT) + ID


class Kept:
    """A Memory that shows what it was given."""

    def __init__(self) -> None:
        self.values: dict[bytes, bytes] = {}

    async def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        return [self.values.get(key) for key in keys]

    async def set_many(self, entries: Sequence[Entry]) -> None:
        self.values |= {entry.key: entry.value for entry in entries}

    async def ping(self) -> bool:
        return True

    async def aclose(self) -> None:
        self.values.clear()


@pytest.fixture
def kept() -> Kept:
    return Kept()


def salt_of(value: bytes) -> bytes:
    return value[BEFORE_SALT : BEFORE_SALT + SALT]


async def test_replicas_read_what_each_other_sealed_under_salts_of_their_own(kept: Kept, keyring: Keyring) -> None:
    one, other = SealedMemory(kept, keyring), SealedMemory(kept, keyring)
    await one.set_many([Entry(b"a", b"by one", 50), Entry(b"b", b"by one too", 50)])
    await other.set_many([Entry(b"c", b"by the other", 50)])
    for memory in (one, other, SealedMemory(kept, keyring)):
        assert await memory.get_many([b"a", b"b", b"c"]) == [b"by one", b"by one too", b"by the other"]
    assert len({salt_of(value) for value in kept.values.values()}) == 2
    assert not any(b"by " in value or b"by " in key for key, value in kept.values.items())


async def test_a_salt_serves_so_many_values_and_no_more(
    kept: Kept, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed_memory, "VALUES_A_SALT", 3)
    memory = SealedMemory(kept, keyring)
    await memory.set_many([Entry(str(n).encode(), b"v", 50) for n in range(7)])
    assert [len({salt_of(v) for v in list(kept.values.values())[a:b]}) for a, b in ((0, 3), (3, 6), (0, 7))] == [
        1,
        1,
        3,
    ]
    nonces = {value[BEFORE_SALT + SALT :][:NONCE] for value in kept.values.values()}
    assert len(nonces) == 7


async def test_what_was_changed_moved_or_cut_is_not_there(kept: Kept, keyring: Keyring) -> None:
    memory = SealedMemory(kept, keyring)
    await memory.set_many([Entry(b"a", b"first", 50), Entry(b"b", b"second", 50)])
    (a, first), (b, _) = kept.values.items()
    assert await memory.get_many([b"a"]) == [b"first"]
    for at in range(len(first)):
        kept.values[a] = first[:at] + bytes([first[at] ^ 1]) + first[at + 1 :]
        assert await memory.get_many([b"a"]) == [None], f"octet {at}"
        kept.values[a] = first[:at]
        assert await memory.get_many([b"a"]) == [None], f"cut at {at}"
    kept.values[b] = first
    assert await memory.get_many([b"b"]) == [None]


async def test_salts_that_somebody_invents_do_not_fill_the_process(
    kept: Kept, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed_memory, "KEPT_CIPHERS", 2)
    memory = SealedMemory(kept, keyring)
    await memory.set_many([Entry(b"a", b"v", 50)])
    ((name, sealed),) = kept.values.items()
    for _ in range(5):
        kept.values[name] = sealed[:BEFORE_SALT] + secrets.token_bytes(SALT) + sealed[BEFORE_SALT + SALT :]
        assert await memory.get_many([b"a"]) == [None]
    kept.values[name] = sealed
    assert await memory.get_many([b"a"]) == [b"v"]
    (seal,) = memory._seals
    assert len(seal._ciphers) == 2
