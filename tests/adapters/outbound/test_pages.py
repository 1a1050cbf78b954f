import asyncio

import pytest

from adapters.outbound.pages import Sheet, all_rows
from gateway.domain.failure import Source, SourceIncoherent

BANK = Source.BANK_REFAH


class Book:
    def __init__(self, rows: int, total: int | None = None) -> None:
        self.rows = tuple(range(rows))
        self.total = rows if total is None else total
        self.asked: list[int] = []
        self.in_flight = self.most_in_flight = 0

    async def page(self, number: int) -> Sheet[int]:
        self.asked.append(number)
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        await asyncio.sleep(0)
        self.in_flight -= 1
        return Sheet(self.rows[(number - 1) * 10 : number * 10], self.total)

    async def read(self) -> tuple[int, ...]:
        return await all_rows(BANK, self.page, page_size=10, max_pages=5)


@pytest.mark.parametrize(("rows", "pages"), [(0, 1), (1, 1), (10, 1), (11, 2), (50, 5)])
async def test_all_rows_come_in_as_few_pages_as_there_are(rows: int, pages: int) -> None:
    book = Book(rows)
    assert await book.read() == tuple(range(rows))
    assert sorted(book.asked) == list(range(1, pages + 1))


async def test_once_the_total_is_known_the_rest_is_asked_at_once() -> None:
    book = Book(50)
    await book.read()
    assert book.most_in_flight == 4


@pytest.mark.parametrize("total", [51, 10**12, -1])
async def test_a_total_out_of_all_reason_asks_for_nothing_more(total: int) -> None:
    book = Book(10, total)
    with pytest.raises(SourceIncoherent):
        await book.read()
    assert book.asked == [1]


async def test_fewer_rows_than_promised_is_no_list() -> None:
    with pytest.raises(SourceIncoherent, match="counts 30 rows and sends 25"):
        await Book(25, 30).read()
