"""Follows the pages of one question."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from adapters.outbound.together import together
from gateway.domain.failure import Source, SourceIncoherent

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Sheet(Generic[R]):
    """One page as it came: its rows, and how many rows the system counts over all pages."""

    rows: tuple[R, ...]
    total: int


async def all_rows(
    source: Source, ask_page: Callable[[int], Coroutine[Any, Any, Sheet[R]]], *, page_size: int, max_pages: int
) -> tuple[R, ...]:
    """Page 1, then the others at once. A row can come twice where rows were added meanwhile: dedupe by its own key.

    Raises SourceIncoherent where `total` asks for more than `max_pages` or fewer rows come than it promised: a list
    that silently lacks rows is worse than none.
    """
    first = await ask_page(1)
    pages = -(-first.total // page_size)
    if first.total < 0 or pages > max_pages:
        raise SourceIncoherent(source, f"counts {first.total} rows, more than {max_pages} pages of {page_size}")
    rows = list(first.rows)
    for sheet in await together(ask_page(number) for number in range(2, pages + 1)):
        rows += sheet.rows
    if len(rows) < first.total:
        raise SourceIncoherent(source, f"counts {first.total} rows and sends {len(rows)}")
    return tuple(rows)
