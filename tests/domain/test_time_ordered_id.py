"""Ids in the order of time, as RFC 9562 writes them."""

import os
import random
import re
import time
import uuid

import pytest

from gateway.domain.time_ordered_id import time_ordered_id


def test_an_id_is_a_uuid_of_version_7_in_32_hexadecimal_digits() -> None:
    made = time_ordered_id()
    assert re.fullmatch("[0-9a-f]{32}", made)
    assert (uuid.UUID(made).version, uuid.UUID(made).variant) == (7, uuid.RFC_4122)


def test_an_id_begins_with_its_millisecond(monkeypatch: pytest.MonkeyPatch) -> None:
    """The moment of the example in RFC 9562, appendix A.6."""
    monkeypatch.setattr(time, "time_ns", lambda: 0x017F22E279B0 * 1_000_000 + 999_999)
    assert time_ordered_id()[:16] == "017f22e279b07fff"


def test_ids_sort_by_the_quarter_of_a_microsecond_in_which_they_were_made(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter(range(1_795_000_000_000_000_000, 1_795_000_000_003_000_000, 250))
    monkeypatch.setattr(time, "time_ns", lambda: next(moments))
    made = [time_ordered_id() for _ in range(12_000)]
    assert made == sorted(set(made))


def test_ids_of_one_moment_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: 1_795_000_000_000_000_000)
    made = {time_ordered_id() for _ in range(1_000)}
    assert len(made) == 1_000
    assert {one[16] for one in made} == set("89ab")
    for place in range(17, 32):
        assert len({one[place] for one in made}) == 16, place


def test_processes_that_part_and_whoever_seeds_chance_do_not_repeat_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: 1_795_000_000_000_000_000)
    made = []
    for _ in range(2):
        random.seed(5)
        made.append(time_ordered_id())
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.write(writing, time_ordered_id().encode())
        os._exit(0)
    os.waitpid(child, 0)
    made += [os.read(reading, 32).decode(), time_ordered_id()]
    os.close(reading)
    os.close(writing)
    assert len(set(made)) == 4
