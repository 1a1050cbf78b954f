"""The clock of this machine, where somebody waits for it."""

import asyncio

import pytest

from gateway.domain.clock import SystemClock


@pytest.mark.parametrize("seconds", [0.0004, 0.0102, 0.0248])
async def test_whoever_waits_for_a_moment_never_goes_on_before_it(seconds: float) -> None:
    clock = SystemClock()
    for _ in range(5):
        moment = clock.monotonic() + seconds
        await clock.sleep_until(moment)
        assert clock.monotonic() >= moment


async def test_a_moment_that_has_passed_is_not_waited_for() -> None:
    clock = SystemClock()
    async with asyncio.timeout(5):
        await clock.sleep_until(clock.monotonic() - 1_000)
