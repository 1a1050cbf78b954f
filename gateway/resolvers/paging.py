"""Pages of a list: how many, after which, and the cursors that lead on."""

from __future__ import annotations  # inner functions are made anew each time, and with them theirs

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import msgspec
import strawberry

from gateway.domain.failure import Code
from gateway.domain.lookup import BranchGap, Fact, Page, Provenance
from gateway.domain.refusal import Refused
from gateway.loading.batch import Batch
from gateway.loading.keyring import Keyring
from gateway.resolvers.columns import following, keys_of, spread
from gateway.resolvers.sealing import seal_for

V = TypeVar("V")
P = TypeVar("P")
Q = TypeVar("Q")
R = TypeVar("R")

DEFAULT_FIRST = 20
MOST = 100

First = Annotated[int | None, strawberry.argument(description="How many entries at most: 1 to 100.")]
After = Annotated[
    str | None,
    strawberry.argument(
        description="The cursor of the last entry seen. Only good with the same other arguments, for the same owner."
    ),
]


def page_size(first: int | None) -> int:
    """Raises Refused outside 1 to 100."""
    if first is None:
        return DEFAULT_FIRST
    if not 1 <= first <= MOST:
        raise Refused(Code.BAD_USER_INPUT, f"Argument 'first' must be from 1 to {MOST}.")
    return first


class Cursors(Generic[P]):
    """The cursors of one list. `of` names it wholly: the field, its owner and the arguments that choose its entries."""

    def __init__(self, keyring: Keyring, position: type[P], of: Sequence[str]) -> None:
        self._seal = seal_for(keyring, "cursor")
        self._position = position
        self._of = [part.encode() for part in of]

    def write(self, position: P) -> str:
        return self._seal.seal(msgspec.msgpack.encode(position), self._of)

    def read(self, cursor: str | None) -> P | None:
        """Raises Refused for a cursor of another list, and for what never was one."""
        if cursor is None:
            return None
        try:
            return msgspec.msgpack.decode(self._seal.open(cursor, self._of), type=self._position)
        except ValueError:
            raise Refused(Code.BAD_USER_INPUT, "Argument 'after' is not a cursor of this list.") from None


@dataclass(slots=True)
class Edge(Generic[V, P]):
    """`cursor` is written when it is asked for: most clients want only the last one's."""

    node: V
    position: Callable[[V], P]
    cursors: Cursors[P]

    @property
    def cursor(self) -> str:
        return self.cursors.write(self.position(self.node))


@dataclass(slots=True)
class PageInfo(Generic[V, P]):
    edges: Sequence[Edge[V, P]]
    has_next_page: bool
    has_previous_page: bool

    @property
    def start_cursor(self) -> str | None:
        return self.edges[0].cursor if self.edges else None

    @property
    def end_cursor(self) -> str | None:
        return self.edges[-1].cursor if self.edges else None


@dataclass(frozen=True, slots=True)
class KeptPage(Generic[V, P]):
    """A page of a list that we keep ourselves: no source says it, and it comes whole."""

    edges: Sequence[Edge[V, P]]
    page_info: PageInfo[V, P]

    @property
    def nodes(self) -> list[V]:
        return [edge.node for edge in self.edges]


def kept_page(
    entries: Sequence[V], position: Callable[[V], P], cursors: Cursors[P], *, after: P | None, has_next: bool
) -> KeptPage[V, P]:
    edges = [Edge(entry, position, cursors) for entry in entries]
    return KeptPage(edges, PageInfo(edges, has_next_page=has_next, has_previous_page=after is not None))


class Connection(Generic[V, P]):
    """A page of a list, read when something of it is asked for: what answers made of it may be known (`faces`).

    `total_count` only where the source gives it for nothing.
    """

    __slots__ = ("_after", "_cursors", "_edges", "_page", "_position", "_total", "faces", "provenance")

    def __init__(
        self,
        page: Callable[[], Page[V]],
        provenance: Provenance,
        *,
        position: Callable[[V], P],
        cursors: Cursors[P],
        after: P | None,
        total: Callable[[], int] | None = None,
        faces: Any = None,
    ) -> None:
        self._page, self.provenance = page, provenance
        self._position, self._cursors, self._after, self._total = position, cursors, after, total
        self._edges: list[Edge[V, P]] | None = None
        self.faces = faces

    @property
    def edges(self) -> Sequence[Edge[V, P]]:
        if self._edges is None:
            self._edges = [Edge(item, self._position, self._cursors) for item in self._page().items]
        return self._edges

    @property
    def nodes(self) -> Sequence[V]:
        return self._page().items

    @property
    def page_info(self) -> PageInfo[V, P]:
        """`after` is where the page began; entries stand before it, since its cursor came from one."""
        return PageInfo(self.edges, has_next_page=self._page().has_next, has_previous_page=self._after is not None)

    @property
    def gaps(self) -> Sequence[BranchGap]:
        return self._page().gaps

    @property
    def complete(self) -> bool:
        return not self.gaps

    @property
    def total_count(self) -> int | None:
        return None if self._total is None else self._total()


def connection(
    fact: Fact[Page[V]], *, position: Callable[[V], P], cursors: Cursors[P], after: P | None
) -> Connection[V, P]:
    return Connection(
        lambda: fact.value, fact.provenance, position=position, cursors=cursors, after=after, faces=fact.faces
    )


def connections(
    roots: Sequence[R],
    pages: Batch[Q, Page[V]],
    question: Callable[[R, P | None], Q],
    *,
    position: Callable[[V], P],
    cursors: Callable[[R], Cursors[P]],
    after: str | None,
) -> asyncio.Future[list[Connection[V, P] | Exception | None]]:
    """The page of each root; a root that is refused, or to which `after` does not belong, has the refusal in its place.

    `question` is what to ask for the entries after a position.
    """
    begins = [(root, cursors(root)) for root in roots]

    def asked(begin: tuple[R, Cursors[P]]) -> tuple[Q, Cursors[P], P | None]:
        root, own = begin
        from_here = own.read(after)
        return question(root, from_here), own, from_here

    asking, refused = keys_of(begins, asked)

    def page(
        said: Fact[Page[V]] | Exception | None, own: Cursors[P], from_here: P | None
    ) -> Connection[V, P] | Exception | None:
        if said is None or isinstance(said, Exception):
            return said
        return connection(said, position=position, cursors=own, after=from_here)

    def found(facts: Sequence[Fact[Page[V]] | Exception | None]) -> list[Connection[V, P] | Exception | None]:
        read = [page(said, own, begin) for said, (_, own, begin) in zip(facts, asking, strict=True)]
        return spread(read, refused, len(roots))

    return following(pages.load_column([each for each, _, _ in asking]), found)
