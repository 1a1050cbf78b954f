"""The contract that every Lookup passes, over a line to a real PostgreSQL that can be cut and silenced."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any, ClassVar

import pytest

from gateway.domain.identifiers import NationalId
from tests.contracts.lookup_contract import CancellableLookupContract, Subject

SARA, MINA, AMIR = NationalId("0013542419"), NationalId("1278450939"), NationalId("0439182654")
PEOPLE = (SARA, MINA, AMIR)


class OfBranches(CancellableLookupContract):
    question: str
    table: str
    owner: str
    more: ClassVar[dict[str, object]] = {}

    @pytest.fixture
    async def subject(self, postgresql_stand: Any) -> AsyncIterator[Subject[Any, Any]]:
        """Two persons have a row; the third is in the directory, and the branch knows nothing of him."""
        books = postgresql_stand.branches["0070"]
        for person in PEOPLE:
            await postgresql_stand.holds(person, "0070")
        for person in PEOPLE[:2]:
            await books.write(self.table, {self.owner: person.digits} | self.more)
        database, socket = books.url.split("@/")[1].split("?host=")
        line = _Line(f"{socket}/.s.PGSQL.5432")
        server = await asyncio.start_server(line.serve, "127.0.0.1", 0)
        url = f"postgresql://postgres@127.0.0.1:{server.sockets[0].getsockname()[1]}/{database}"
        async with postgresql_stand.open(urls={"0070": url}, timeout=1.0) as databases:
            yield Subject(
                lookup=getattr(databases, self.question),
                known=PEOPLE[:2],
                unknown=PEOPLE[2:],
                asked=lambda: line.asked,
                broken=line.breaker("broken"),
                silent=line.breaker("silent"),
            )
        server.close()
        line.cut()
        await asyncio.sleep(0)


class TestPensionsByPerson(OfBranches):
    question, table, owner = "pensions_by_person", "pensioner", "per_natcod"


class TestDependentsBySupporter(OfBranches):
    question, table, owner = "dependents_by_supporter", "bail", "sup_natcod"
    more: ClassVar[dict[str, object]] = {"natcod": AMIR.digits}


class TestContributionSummariesByPerson(OfBranches):
    question, table, owner = "contribution_summaries_by_person", "dskwor00", "per_natcod"
    more: ClassVar[dict[str, object]] = {"rec_id": 1, "dsw_yy": 99, "dsw_mm": 1}


class _Line:
    def __init__(self, socket: str) -> None:
        self.asked, self._state, self._socket = 0, "open", socket
        self._writers: list[asyncio.StreamWriter] = []

    def breaker(self, state: str) -> Callable[[], None]:
        def set_state() -> None:
            self._state = state
            if state == "broken":
                self.cut()

        return set_state

    def cut(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._state == "broken":
            writer.transport.abort()
            return
        onward, to = await asyncio.open_unix_connection(self._socket)
        self._writers += [writer, to]
        await asyncio.gather(self._pump(reader, to, True), self._pump(onward, writer, False))

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asking: bool) -> None:
        with contextlib.suppress(OSError):
            while chunk := await reader.read(65_536):
                self.asked += asking
                if self._state == "open":
                    writer.write(chunk)
                    await writer.drain()
        writer.close()
