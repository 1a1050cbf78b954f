"""What one replica wrote, every other knows before it uses a remembered payment."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from gateway.domain.payment_events import Announced
from gateway.domain.payment_ticket import Announcement
from gateway.loading.keyring import Keyring
from gateway.requests.database import Database
from gateway.requests.payments.changes import Changes
from gateway.requests.sealing import Sealing
from tests.requests.payments.counter import Counter, place, premium
from tests.requests.payments.till import BankInTest, SteppedClock, payer
from tests.requests.postgres import running_postgresql

SARA, PARISA = payer(13542419), payer(64982033)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield place(tmp_path)
    else:
        with running_postgresql() as url:
            yield url


@pytest.fixture
async def replicas(store: str, bank: BankInTest, clock: SteppedClock) -> AsyncIterator[tuple[Counter, Counter]]:
    first, second = await Counter(store, bank, clock).open(), await Counter(store, bank, clock).open()
    yield first, second
    await asyncio.gather(first.close(), second.close())


async def pays(counter: Counter, month: int) -> None:
    ticket = await counter.ticket(PARISA, premium(month))
    counter.bank.takes(ticket)
    await counter.tickets.announced(ticket.id, f"call-{month}", Announced(Announcement.PAID), counter.clock.now())
    await counter.engine.run_due()


async def test_what_one_replica_wrote_another_knows_at_once(replicas: tuple[Counter, Counter], store: str) -> None:
    first, second = replicas
    assert await second.changes([PARISA, SARA]) == {}
    for month in (7, 8):
        first.clock.goes_on(minutes=5)
        await pays(first, month)
        asked = [second.changes(payers) for payers in ([PARISA], [SARA], [SARA, PARISA], [])]
        changed = {PARISA: first.clock.now()}
        assert await asyncio.gather(*asked) == [changed, {}, changed, {}]
        at_hand = second.changes.at_hand([SARA, PARISA])
        assert at_hand == (None if store.startswith("postgresql") else changed)


async def test_the_newest_change_counts_under_whichever_key_it_was_written(
    tmp_path: Path, bank: BankInTest, clock: SteppedClock
) -> None:
    former, new = Keyring(b"k" * 32), Keyring(b"n" * 32)
    old = await Counter(place(tmp_path), bank, clock, sealing=Sealing(former)).open()
    await pays(old, 7)
    await old.close()
    clock.goes_on(minutes=5)
    counter = await Counter(place(tmp_path), bank, clock, sealing=Sealing(new, [former])).open()
    await pays(counter, 8)
    assert await counter.changes([PARISA]) == {PARISA: clock.now()}
    await counter.close()


async def test_a_store_that_cannot_be_read_has_changed_everything_just_now(tmp_path: Path, clock: SteppedClock) -> None:
    (tmp_path / "requests.db").write_bytes(b"this is no database" * 100)
    database = Database(place(tmp_path))
    changes = Changes(database, Sealing(Keyring(b"k" * 32)), clock)
    assert await changes([SARA, PARISA]) == dict.fromkeys((SARA, PARISA), clock.now())
    await database.close()
