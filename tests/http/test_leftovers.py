"""What lives since the start is set aside from the search for garbage; what dies later is still found."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from gateway.http.leftovers import set_aside


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    threshold = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)


class Ring:
    """Holds itself, so that only a search finds it."""

    def __init__(self) -> None:
        self.itself = self


def test_what_lives_is_set_aside_and_looks_are_rarer() -> None:
    set_aside(12_345)
    assert gc.get_freeze_count() > 1_000
    assert gc.get_threshold()[0] == 12_345


def test_what_is_made_later_is_found_when_it_goes() -> None:
    set_aside(12_345)
    ring = Ring()
    known = weakref.ref(ring)
    del ring
    gc.collect()
    assert known() is None
