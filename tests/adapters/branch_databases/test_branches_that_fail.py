"""A branch that is away, silent, full or odd costs its own part, in time, and comes back by itself."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.domain.contribution import ContributionQuery
from gateway.domain.failure import (
    Code,
    SourceClosed,
    SourceFailure,
    SourceIncoherent,
    SourceQuota,
    SourceRefusedUs,
    SourceTimeout,
    SourceUnavailable,
)
from gateway.domain.identifiers import BranchCode, NationalId, WorkshopCode, WorkshopKey

SARA = NationalId("0013542419")
MINA = NationalId("1278450939")


class Line:
    """A TCP line to PostgreSQL's socket, that can be cut, silenced and counted."""

    def __init__(self, socket: str) -> None:
        self.silent, self.opened, self.seen = False, 0, bytearray()
        self._socket, self._writers = socket, list[asyncio.StreamWriter]()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        self._writers.append(writer)
        to, back = None, None
        try:
            onward, to = await asyncio.open_unix_connection(self._socket)
            back = asyncio.create_task(self._pump(onward, writer, False))
            await self._pump(reader, to, True)
        except OSError:
            pass
        finally:
            for each in (to, writer):
                if each is not None:
                    each.close()
            if back is not None:
                back.cancel()

    def cut(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asking: bool) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(65_536):
                if asking:
                    self.seen += chunk
                if not self.silent:
                    writer.write(chunk)
                    await writer.drain()
        if not self.silent:
            writer.close()


@contextlib.asynccontextmanager
async def line_to(books: Any) -> AsyncIterator[tuple[Line, str]]:
    database, socket = books.url.split("@/")[1].split("?host=")
    line = Line(f"{socket}/.s.PGSQL.5432")
    server = await asyncio.start_server(line.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield line, f"postgresql://postgres@127.0.0.1:{port}/{database}"
    finally:
        line.cut()
        server.close()
        await asyncio.sleep(0)


async def in_both(stand: Any) -> None:
    await stand.holds(SARA, "0070", "0960")
    await stand.holds(MINA, "0070")
    for books in stand.branches.values():
        await books.write("insured", {"per_natcod": SARA.digits}, {"per_natcod": MINA.digits})
        await books.write(
            "dskwor00", *({"rec_id": 1, "dsw_yy": 99, "dsw_mm": 1, "per_natcod": p.digits} for p in (SARA, MINA))
        )


async def test_a_refused_branch_costs_its_own_persons_only(stand: Any) -> None:
    await in_both(stand)
    async with stand.open(urls={"0960": "postgresql://x@127.0.0.1:1/x"}) as databases:
        answer = await databases.insurances_by_person([SARA, MINA])
        query = ContributionQuery(person=SARA)
        page = (await databases.contribution_pages([query]))[query].value
    failure = answer[SARA]
    assert isinstance(failure, SourceUnavailable)
    assert (failure.branch, failure.retryable) == (BranchCode("0960"), True)
    assert answer[MINA].value.current.branch == BranchCode("0070")
    (gap,) = page.gaps
    assert (gap.branch, gap.code) == (BranchCode("0960"), "SOURCE_UNAVAILABLE")
    assert gap.retry_after == failure.retry_after
    assert len(page.items) == 1


@pytest.mark.timeout(30)
async def test_a_branch_that_accepts_and_says_nothing_costs_the_time_out(stand: Any) -> None:
    await in_both(stand)

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    for url in (f"postgresql://x@127.0.0.1:{port}/x", f"mariadb://x@127.0.0.1:{port}/x"):
        async with stand.open(urls={"0960": url}, timeout=0.3) as databases:
            answer = await databases.insurances_by_person([SARA, MINA])
        assert isinstance(answer[SARA], SourceTimeout)
        assert answer[SARA].code is Code.SOURCE_TIMEOUT
        assert answer[MINA].value
    server.close()


@pytest.mark.timeout(30)
async def test_a_branch_that_falls_silent_in_mid_answer_does_not_poison_its_pool(postgresql_stand: Any) -> None:
    await in_both(postgresql_stand)
    async with (
        line_to(postgresql_stand.branches["0960"]) as (line, url),
        postgresql_stand.open(urls={"0960": url}, timeout=0.4, pool_size=1) as databases,
    ):
        assert (await databases.insurances_by_person([SARA]))[SARA].value
        line.silent = True
        for _ in range(2):
            assert isinstance((await databases.insurances_by_person([SARA]))[SARA], SourceTimeout)
        line.silent = False
        assert (await databases.insurances_by_person([SARA]))[SARA].value


async def test_a_pooled_connection_that_died_is_replaced_without_a_failure(postgresql_stand: Any) -> None:
    await in_both(postgresql_stand)
    async with (
        line_to(postgresql_stand.branches["0960"]) as (line, url),
        postgresql_stand.open(urls={"0960": url}, pool_size=1) as databases,
    ):
        assert (await databases.insurances_by_person([SARA]))[SARA].value
        line.cut()
        await asyncio.sleep(0.05)
        assert (await databases.insurances_by_person([SARA]))[SARA].value
        assert line.opened == 2


async def test_cancelling_leaves_no_task_and_a_pool_that_serves(postgresql_stand: Any) -> None:
    await in_both(postgresql_stand)
    async with (
        line_to(postgresql_stand.branches["0960"]) as (line, url),
        postgresql_stand.open(urls={"0960": url}, pool_size=1) as databases,
    ):
        await databases.insurances_by_person([SARA])
        line.silent = True
        before = asyncio.all_tasks()
        asking = asyncio.create_task(databases.insurances_by_person([SARA]))
        await asyncio.sleep(0.05)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        line.silent = False
        assert {
            task for task in asyncio.all_tasks() - before if "insurances" in repr(task) or "_asked" in repr(task)
        } == set()
        assert (await databases.insurances_by_person([SARA]))[SARA].value


async def test_a_question_is_one_round_trip_and_is_prepared_once(postgresql_stand: Any) -> None:
    await in_both(postgresql_stand)
    async with (
        line_to(postgresql_stand.branches["0070"]) as (line, url),
        postgresql_stand.open(urls={"0070": url}, pool_size=1) as databases,
    ):
        await databases.insurances_by_person([SARA])
        line.seen.clear()
        await databases.insurances_by_person([MINA, SARA])
        assert b"SELECT" not in line.seen
        assert b"BEGIN" not in line.seen
        assert b"ROLLBACK" not in line.seen
        assert len(line.seen) < 400  # bind, execute, sync: the statement was prepared before


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("53300", SourceQuota),
        ("57P03", SourceClosed),
        ("28P01", SourceRefusedUs),
        ("3D000", SourceRefusedUs),
        ("42P01", SourceIncoherent),
        ("57014", SourceTimeout),
        ("XX000", SourceUnavailable),
    ],
)
async def test_what_postgresql_says_when_it_refuses_is_understood(
    stand: Any, state: str, kind: type[SourceFailure]
) -> None:
    await in_both(stand)

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first = await reader.read(1_000)
        if first[4:8] == b"\x04\xd2\x16\x2f":  # it asks for TLS
            writer.write(b"N")
            await reader.read(1_000)
        body = b"SFATAL\0VFATAL\0C" + state.encode() + b"\0Mno\0\0"
        writer.write(b"E" + (len(body) + 4).to_bytes(4, "big") + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with stand.open(urls={"0960": f"postgresql://x:y@127.0.0.1:{port}/x"}) as databases:
        failure = (await databases.insurances_by_person([SARA]))[SARA]
    server.close()
    assert type(failure) is kind
    assert failure.branch == BranchCode("0960")


async def test_a_table_or_column_that_is_missing_breaks_the_contract(each_stand: Any) -> None:
    await in_both(each_stand)
    await each_stand.branches["0960"].run("DROP TABLE insured")
    await each_stand.branches["0960"].run("ALTER TABLE dskwor00 DROP COLUMN dsw_bime")
    query = ContributionQuery(person=SARA)
    async with each_stand.open() as databases:
        failure = (await databases.insurances_by_person([SARA]))[SARA]
        page = (await databases.contribution_pages([query]))[query].value
    assert type(failure) is SourceIncoherent
    assert (page.gaps[0].branch, page.gaps[0].retryable) == (BranchCode("0960"), False)


async def test_a_missing_sqlite_file_is_a_branch_that_is_away_and_is_not_made(stand: Any, tmp_path: Any) -> None:
    await in_both(stand)
    async with stand.open(urls={"0960": f"sqlite:///{tmp_path}/gone"}) as databases:
        failure = (await databases.insurances_by_person([SARA]))[SARA]
    assert type(failure) is SourceUnavailable
    assert not (tmp_path / "gone").exists()


@pytest.mark.parametrize(
    "odd",
    [
        {"dsw_mm": 13},
        {"dsw_mash": 10**15},
        {"dsw_mash": b"\xc7\xe1"},
        {"dsw_dd": 32},
        {"dsw_yy": "xx"},
        {"dsw_id": "12"},
    ],
)
async def test_a_row_that_makes_no_sense_fails_its_person_and_not_the_batch(stand: Any, odd: dict[str, Any]) -> None:
    await in_both(stand)
    row = {"rec_id": 9, "dsw_yy": 99, "dsw_mm": 1, "per_natcod": SARA.digits} | odd
    await stand.branches["0070"].write("dskwor00", row)
    sara, mina = ContributionQuery(person=SARA), ContributionQuery(person=MINA)
    async with stand.open() as databases:
        pages = await databases.contribution_pages([sara, mina])
        summaries = await databases.contribution_summaries_by_person([SARA, MINA])
    for failure in (pages[sara], summaries.get(SARA)):
        if odd == {"dsw_id": "12"} and failure is not pages[sara]:
            continue  # sums do not look at the workshop's shape
        assert type(failure) is SourceIncoherent
        assert SARA.digits not in str(failure)
    assert pages[mina].value.items
    assert summaries[MINA].value.days == 30


async def test_a_branch_that_only_the_directory_knows_is_said(stand: Any) -> None:
    await stand.holds(SARA, "0070", "2450")
    await stand.branches["0070"].write("insured", {"per_natcod": SARA.digits})
    async with stand.open() as databases:
        failure = (await databases.insurances_by_person([SARA]))[SARA]
    assert (type(failure), failure.branch) == (SourceRefusedUs, BranchCode("2450"))


async def test_a_workshop_of_a_branch_that_is_away_is_not_absent(stand: Any) -> None:
    workshop = WorkshopKey(WorkshopCode("0070012345"), BranchCode("0070"))
    async with stand.open(urls={"0070": "mariadb://x@127.0.0.1:1/x"}) as databases:
        failure = (await databases.workshops_by_key([workshop]))[workshop]
    assert type(failure) is SourceUnavailable


@pytest.mark.timeout(30)
async def test_a_silent_branch_does_not_keep_the_gateway_from_ending(postgresql_stand: Any) -> None:
    await in_both(postgresql_stand)
    async with (
        line_to(postgresql_stand.branches["0960"]) as (line, url),
        postgresql_stand.open(urls={"0960": url}) as databases,
    ):
        await databases.insurances_by_person([SARA])
        line.silent = True
