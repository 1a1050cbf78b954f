import asyncio

import pytest

from adapters.outbound.token import Token, TokenKeeper
from gateway.domain.failure import Source, SourceUnavailable
from tests.adapters.outbound.stand_in import SetClock


class Authority:
    def __init__(self, clock: SetClock) -> None:
        self.clock = clock
        self.fetched = 0
        self.down = False
        self.gate = asyncio.Event()
        self.gate.set()

    async def new_token(self) -> Token:
        self.fetched += 1
        await self.gate.wait()
        if self.down:
            raise SourceUnavailable(Source.LABOUR_MINISTRY)
        return Token(f"token {self.fetched}", self.clock.monotonic() + 300)

    def keeper(self) -> TokenKeeper:
        return TokenKeeper(self.new_token, self.clock, renew_before=30)


async def test_fifty_at_once_fetch_one_token() -> None:
    authority = Authority(SetClock())
    async with authority.keeper() as keeper:
        tokens = await asyncio.gather(*(keeper.token() for _ in range(50)))
    assert {token.secret for token in tokens} == {"token 1"}
    assert authority.fetched == 1


async def test_a_token_near_its_end_is_renewed_once_while_it_still_serves() -> None:
    authority = Authority(clock := SetClock())
    async with authority.keeper() as keeper:
        await keeper.token()
        clock.goes_on(280)
        authority.gate.clear()
        during = [await keeper.token() for _ in range(3)]
        authority.gate.set()
        await asyncio.sleep(0.01)
        after = await keeper.token()
    assert {token.secret for token in during} == {"token 1"}
    assert after.secret == "token 2"
    assert authority.fetched == 2


async def test_a_renewal_that_fails_beside_a_good_token_harms_nobody() -> None:
    authority = Authority(clock := SetClock())
    async with authority.keeper() as keeper:
        await keeper.token()
        clock.goes_on(280)
        authority.down = True
        assert (await keeper.token()).secret == "token 1"
        await asyncio.sleep(0.01)
        assert (await keeper.token()).secret == "token 1"


async def test_an_ended_token_is_never_handed_out() -> None:
    authority = Authority(clock := SetClock())
    async with authority.keeper() as keeper:
        await keeper.token()
        clock.goes_on(300)
        assert (await keeper.token()).secret == "token 2"


async def test_a_failure_is_told_to_all_who_wait_and_not_remembered() -> None:
    authority = Authority(SetClock())
    authority.down = True
    async with authority.keeper() as keeper:
        results = await asyncio.gather(keeper.token(), keeper.token(), return_exceptions=True)
        assert [type(result) for result in results] == [SourceUnavailable] * 2
        authority.down = False
        assert (await keeper.token()).secret == "token 2"


async def test_a_waiter_that_is_cancelled_leaves_the_fetch_to_the_others() -> None:
    authority = Authority(SetClock())
    authority.gate.clear()
    async with authority.keeper() as keeper:
        leaving, staying = (asyncio.create_task(keeper.token()) for _ in range(2))
        await asyncio.sleep(0.01)
        leaving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await leaving
        authority.gate.set()
        assert (await staying).secret == "token 1"


async def test_a_refused_token_is_dropped_unless_another_has_replaced_it() -> None:
    authority = Authority(SetClock())
    async with authority.keeper() as keeper:
        first = await keeper.token()
        keeper.forget(first)
        second = await keeper.token()
        keeper.forget(first)
        assert await keeper.token() is second
    assert authority.fetched == 2


async def test_closing_ends_a_fetch_that_is_under_way() -> None:
    authority = Authority(SetClock())
    authority.gate.clear()
    before = asyncio.all_tasks()
    async with authority.keeper():
        await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


async def test_a_token_prints_nothing_of_itself() -> None:
    assert "abc" not in repr(Token("abc", 1.0))
