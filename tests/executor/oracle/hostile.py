"""A schema whose values are anything but what their types promise. Each follows from a world's seed and its place.

Records name no GraphQL type: what they are, they say in `species`. Some are read by attributes, some like rows.
"""

import asyncio
import datetime
import enum
import hashlib
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any, NewType, Optional

import strawberry
from graphql import GraphQLError, Undefined
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission
from strawberry.schema.config import StrawberryConfig

from executor import Fragment, Inline, Traits, by_column, pure

DEEPEST = 5
MANY, FEW = (0, 1, 2, 3, 5, 20), (0, 1, 1, 2, 2, 3)  # in a list: near the root, and below
WRONGS = 12  # ways in which a value can be wrong


class Boom(Exception):
    """What hostile values raise."""


class Text(str):
    """A string that is not just a string."""


class Number(enum.IntEnum):
    SEVEN = 7


@strawberry.enum
class Colour(enum.Enum):
    RED = "r"
    GREEN = "g"
    BLUE = "b"


class Soon:
    """An awaitable that is no coroutine: it may be dropped unawaited, and awaited after several turns of the loop."""

    def __init__(self, turns: int, made: Callable[[], Any]) -> None:
        self._turns, self._made = turns, made

    def __repr__(self) -> str:
        return "<soon>"

    def __await__(self) -> Generator[Any, None, Any]:
        for _ in range(self._turns):
            yield from asyncio.sleep(0).__await__()
        return self._made()


class Errand(asyncio.Task[Any]):
    """A task whose looks do not change."""

    def __repr__(self) -> str:
        return "<errand>"


@dataclass(eq=False)
class World:
    """What records, resolvers and watchers share. One in `rarity` values is wrong, about.

    `calls` counts resolvers by what they were asked, of whom.
    """

    seed: int
    rarity: int
    calls: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    order: list[tuple[str, int]] = field(default_factory=list)
    told: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    kept: dict[str, dict[Any, Fragment]] = field(default_factory=dict)
    futures: set[asyncio.Future[Any]] = field(default_factory=set)
    widest_column: int = 0
    typed: int = 0  # abstract values whose type was asked for
    written: int = 0  # attributes that generated code was written for, having met their class

    def number(self, *of: object) -> int:
        digest = hashlib.blake2b(repr((self.seed, *of)).encode(), digest_size=8).digest()
        return int.from_bytes(digest, "big")

    def called(self, name: str, source: Any, *said: object) -> None:
        self.calls[name, getattr(source, "ident", None), repr(said)] += 1

    def turns(self, *of: object) -> int:
        return self.number("turns", *of) % 4

    def value(self, kind: str, ident: str, depth: int) -> Any:
        """Raises Boom, now and then."""
        number = self.number(ident)
        wrong = number % (self.rarity * WRONGS)
        if wrong < WRONGS:
            return self._wrong(wrong, kind, ident, depth, number)
        return self._good(kind, ident, depth, number)

    def _good(self, kind: str, ident: str, depth: int, number: int) -> Any:
        pick = number >> 20
        if kind.startswith("["):
            return self._list(kind[1:], ident, depth, pick)
        match kind:
            case "int":
                return pick % 2_000 - 1_000
            case "float":
                return (pick % 1_000) / 7
            case "str":
                return f"s{pick % 100}"
            case "bool":
                return bool(pick & 1)
            case "id":
                return pick % 50 if pick % 2 else f"id{pick % 50}"
            case "day" | "stamp":
                return datetime.date(2000, 1, 1) + datetime.timedelta(days=pick % 1_000)
            case "json":
                return [{"a": pick % 3}, None, 1.5][: pick % 4]
            case "colour":
                return tuple(Colour)[pick % 3]
            case _:
                if depth <= 0:
                    return None
                species = SPECIES[kind]
                cls = (Thing, Thing, Row, Other)[pick % 4]
                return cls(self, ident, depth - 1, species[pick // 4 % len(species)])

    def _list(self, kind: str, ident: str, depth: int, pick: int) -> Any:
        many = MANY if depth == DEEPEST else FEW
        items = [self._item(kind, f"{ident}.{n}", depth) for n in range(many[pick % 6])]
        match pick // 6 % 12:
            case 0:
                return tuple(items)
            case 1:
                return deque(items)
            case 2:
                return _generated(items, fails=pick // 72 % 3 == 0)
            case 3:
                return _generated_later(items, fails=pick // 72 % 3 == 0)
        return items

    def _item(self, kind: str, ident: str, depth: int) -> Any:
        try:
            item = self.value(kind, ident, depth)
        except Exception as error:
            return error
        if self.number("soon", ident) % 23 == 0 and not isinstance(item, asyncio.Future):  # see `came`
            return Soon(self.turns(ident), lambda: _raised(item))
        return item

    def _wrong(self, wrong: int, kind: str, ident: str, depth: int, number: int) -> Any:
        match wrong:
            case 0:
                raise Boom(f"boom {ident}")
            case 1 | 2:
                return None
            case 3:
                return Boom(f"returned {ident}")
            case 4:
                raise GraphQLError(f"said {ident}", extensions={"code": ident})
            case 5:
                return Undefined
            case 6:
                return Soon(self.turns(ident), lambda: self._good(kind, ident, depth, number))
            case 7:
                errand = Errand(_later(self.turns(ident), lambda: self._good(kind, ident, depth, number)))
                self.futures.add(errand)
                return errand
            case 8:
                return Soon(self.turns(ident), lambda: _raised(Boom(f"later {ident}")))
        wrongs = WRONG.get(kind, WRONG["list" if kind.startswith("[") else "object"])
        return wrongs[number % len(wrongs)]


WRONG: dict[str, tuple[Any, ...]] = {
    "int": (2**40, "nope", True, 3.0, 3.5, Number.SEVEN, [1]),
    "float": (float("nan"), float("inf"), "nope", 7, True, -0.0, 2**70),
    "str": (12345, {"a": 1}, True, Text("text"), 1.5, Colour.RED, b"bytes"),
    "bool": ("yes", 2, 0, 0.0, None),
    "id": ([1], 1.0, 1.5, True, Text("id"), 2**70),
    "day": ("bad", 5, datetime.datetime(2020, 1, 2, 3, tzinfo=datetime.UTC)),
    "stamp": ("bad", 5, ""),
    "json": ({}, "", 0, False),
    "colour": ("bad", "r", "RED", 5, Number.SEVEN),
    "list": (5, "text", {"a": 1}, {}, b"bytes", object),
    "object": (7, "text", {}, object),
}
SPECIES = {
    "node": ("node",),
    "leaf": ("leaf",),
    "animal": ("cat", "dog", "fox", "cat", "dog", "fox", "dodo"),
    "pet": ("cat", "dog", "cat", "dog", "fox"),
    "being": ("ghost", "spirit", "ghost", "spirit", "ghoul"),
    "shape": ("circle", "square", "circle", "square", "leaf", "hole", "none", "five", "shape"),
}


async def _later(turns: int, made: Callable[[], Any]) -> Any:
    for _ in range(turns):
        await asyncio.sleep(0)
    return made()


def _raised(value: Any) -> Any:
    if isinstance(value, Exception):
        raise value
    return value


def _generated(items: list[Any], *, fails: bool) -> Iterator[Any]:
    yield from items
    if fails:
        raise Boom("no more")


async def _generated_later(items: list[Any], *, fails: bool) -> AsyncIterator[Any]:
    for item in items:
        await asyncio.sleep(0)
        yield item
    if fails:
        raise Boom("no more, later")


class Record:
    """What the graph is made of. `ident` is its place in the world, `depth` how many more stand below it."""

    def __init__(self, world: World, ident: str, depth: int, species: str) -> None:
        self.world, self.ident, self.depth, self.species = world, ident, depth, species

    def __repr__(self) -> str:
        return f"<{self.species} {self.ident}>"

    def fact(self, name: str) -> Any:
        return self.world.value(KINDS[name], f"{self.ident}.{name}", self.depth)


class Thing(Record):
    def __getattr__(self, name: str) -> Any:
        if name not in KINDS:
            raise AttributeError(name)
        return self.fact(name)


class Other(Thing):
    """Another class in the same places, whose texts are longer."""

    def __getattr__(self, name: str) -> Any:
        found = super().__getattr__(name)
        return f"other {found}" if type(found) is str and KINDS[name] == "str" else found


class Row(Record):
    """Read like a row, not by attributes."""

    def __getitem__(self, name: str) -> Any:
        return self.fact(name)


def read(source: Any, name: str) -> Any:
    """The schema's default resolver."""
    return source[name] if isinstance(source, Row) else getattr(source, name)


def asked(source: Record, name: str, kind: str, *said: object) -> Any:
    """What a resolver finds, on record."""
    source.world.called(name, source, *said)
    return source.world.value(kind, f"{source.ident}.{name}{said or ''}", source.depth)


async def asked_later(source: Record, name: str, kind: str, *said: object) -> Any:
    source.world.called(name, source, *said)
    for _ in range(source.world.turns(source.ident, name)):
        await asyncio.sleep(0)
    return await came(source.world.value(kind, f"{source.ident}.{name}{said or ''}", source.depth))


async def came(value: Any) -> Any:
    """Futures can be iterated, so that a list of one would depend on who is first."""
    return await value if isinstance(value, asyncio.Future) else value


async def asked_together(world: World, sources: list[Any], name: str, kind: str, *said: object) -> list[Any]:
    """What went wrong with one is that one's, whatever it is."""
    found: list[Any] = []
    world.widest_column = max(world.widest_column, len(sources))
    for source in sources:
        try:
            found.append(asked(source, name, kind, *said))
        except Exception as error:
            found.append(error)
    for _ in range(world.turns(name, *said)):
        await asyncio.sleep(0)
    return found


# Scalars


def _day(value: Any) -> str:
    if type(value) is not datetime.date:
        raise ValueError("no day")
    return value.isoformat()


def _stamp(value: Any) -> str | None:
    return None if value == "" else f"<{value.isoformat()}>"


Day = NewType("Day", datetime.date)
Stamp = NewType("Stamp", datetime.date)
Any_ = NewType("Any_", object)
SCALARS: dict[Any, Any] = {
    Day: strawberry.scalar(name="Day", serialize=_day, parse_value=datetime.date.fromisoformat),
    Stamp: strawberry.scalar(
        name="Stamp", serialize=_stamp, parse_value=lambda said: datetime.date(2000, 1, int(said))
    ),
    Any_: strawberry.scalar(name="Anything", serialize=lambda value: value, parse_value=lambda value: value),
}


# Permissions and extensions


class Denies(BasePermission):
    message = "denied"

    def has_permission(self, source: Any, info: strawberry.Info, **said: Any) -> bool:
        source.world.called("denies", source, info.field_name, sorted(said.items()))
        return bool(source.world.number(source.ident, info.field_name) % 5)


class DeniesLater(BasePermission):
    message = "denied later"

    async def has_permission(self, source: Any, info: strawberry.Info, **_: Any) -> bool:
        await asyncio.sleep(0)
        return bool(source.world.number(source.ident, info.field_name, info.path.key) % 5)


class Loud(FieldExtension):
    def resolve(self, next_: Any, source: Any, info: strawberry.Info, **said: Any) -> Any:
        found = next_(source, info, **said)
        return found.upper() if isinstance(found, str) else found


class LoudLater(FieldExtension):
    async def resolve_async(self, next_: Any, source: Any, info: strawberry.Info, **said: Any) -> Any:
        found = await next_(source, info, **said)
        return found.upper() if isinstance(found, str) else found


# Types


@strawberry.input
class Box:
    size: int
    name: str | None = "box"
    items: list[int] = strawberry.field(default_factory=lambda: [1, 2])
    inner: Optional["Box"] = None


def _emptied(box: Box) -> str:
    """Says what was in the box, and spoils it: no other resolver may see this one's."""
    said = repr(box)
    box.items.append(99)
    box.size = -1
    return said


@strawberry.type
class Leaf:
    i: int
    io: int | None
    f: float
    s: str
    so: str | None
    b: bool
    d: Day
    e: Colour
    li: list[int]
    lso: list[str | None]

    @strawberry.field
    @pure
    def shout(self) -> str:
        return str(self.world.value("str", f"{self.ident}.shout", 0)).upper()  # type: ignore[attr-defined]

    @strawberry.field
    @pure
    def where(self, info: strawberry.Info) -> str | None:
        """Looks at more than the context: where the value stands."""
        return ".".join(map(str, info.path.as_list())) if self.world.number(self.ident) % 2 else None  # type: ignore[attr-defined]


@strawberry.type
class Pair:
    """Leaves only: what generated code is best at."""

    s: str
    so: str | None
    i: int
    leaf: Leaf | None
    leaves: list[Leaf]


@strawberry.interface
class Animal:
    name: str

    @strawberry.field
    def legs(self) -> int:
        return asked(self, "legs", "int")  # type: ignore[arg-type,no-any-return]


def _is_species(obj: Any, *species: str) -> bool:
    if isinstance(obj, Record):
        obj.world.typed += 1
    return getattr(obj, "species", None) in species


@strawberry.type
class Cat(Animal):
    meow: str
    friend: Optional["Node"]

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return _is_species(obj, "cat")


@strawberry.type
class Dog(Animal):
    bark: int | None
    friend: "Node"

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> Any:
        return int(_is_species(obj, "dog"))

    @strawberry.field
    async def owner(self) -> Optional["Node"]:
        return await asked_later(self, "owner", "node")  # type: ignore[arg-type,no-any-return]


@strawberry.type
class Fox(Animal):
    s: str

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        """Foxes say what they are in some fields only."""
        return _is_species(obj, "fox") and info.field_name != "friendlyAnimal"


@strawberry.interface
class Being:
    """Its types are asked for, later."""

    name: str


@strawberry.type
class Ghost(Being):
    io: int | None

    @classmethod
    async def is_type_of(cls, obj: Any, _info: Any) -> bool:
        await asyncio.sleep(0)
        return _is_species(obj, "ghost")


@strawberry.type
class Spirit(Being):
    leaf: Leaf

    @classmethod
    async def is_type_of(cls, obj: Any, _info: Any) -> bool:
        found = _is_species(obj, "spirit")
        if isinstance(obj, Record) and obj.world.number(obj.ident, "type") % 9 == 0:
            raise Boom("no idea what this is")
        return found


@strawberry.interface
class Shape:
    """Says by itself, sometimes later, what its values are; not always something that can be."""

    so: str | None

    @classmethod
    def resolve_type(cls, obj: Any, _info: Any, _kind: Any) -> Any:
        if not isinstance(obj, Record):
            return None
        obj.world.typed += 1
        said: Any = {
            "circle": "Circle",
            "square": "Square",
            "leaf": "Leaf",
            "hole": "Hole",
            "none": None,
            "five": 5,
            "shape": "Shape",
        }[obj.species]
        return Soon(obj.world.turns(obj.ident), lambda: said) if obj.world.number(obj.ident, "type") % 2 else said


@strawberry.type
class Circle(Shape):
    f: float

    @classmethod
    def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return _is_species(obj, "circle")


@strawberry.type
class Square(Shape):
    kids: "list[Node]"

    @classmethod
    async def is_type_of(cls, obj: Any, _info: Any) -> bool:
        return _is_species(obj, "square")


async def row_of(roots: list[Any], info: strawberry.Info) -> list[Any]:
    return await asked_together(info.context, roots, "row", "str")


async def row_kids_of(roots: list[Any], info: strawberry.Info, n: int = 1) -> list[Any]:
    if n == 13:
        for root in roots:
            info.context.called("row_kids", root, n)
        raise Boom("thirteen")
    return await asked_together(info.context, roots, "row_kids", "[node", n)


async def row_pet_of(roots: list[Any], info: strawberry.Info) -> list[Any]:
    return await asked_together(info.context, roots, "row_pet", "pet")


Pet = Annotated[Cat | Dog, strawberry.union("Pet")]


@strawberry.type
class Node:
    i: int
    io: int | None
    f: float
    fo: float | None
    s: str
    so: str | None
    b: bool
    d: Day
    t: Stamp | None
    e: Colour
    eo: Colour | None
    gid: strawberry.ID
    j: Any_ | None
    li: list[int]
    lio: list[int | None]
    lo: list[str] | None
    lol: list[list[int | None] | None] | None
    lnl: list[list[list[int]]] | None
    leaf: Leaf
    leafo: Leaf | None
    leaves: list[Leaf]
    leaveso: list[Leaf | None] | None
    pair: Pair | None
    pairs: list[Pair]
    child: Optional["Node"]
    childn: "Node"
    kids: "list[Node]"
    kidso: "list[Node | None] | None"
    grid: "list[list[Node] | None] | None"
    animal: Animal | None
    animals: list[Animal]
    friendly_animal: Animal
    pet: Pet | None
    pets: list[Pet | None]
    being: Being | None
    beings: list[Being]
    shape: Shape | None
    shapes: list[list[Shape] | None]

    @strawberry.field
    @pure
    def calm(self) -> str | None:
        return self.world.value("str", f"{self.ident}.calm", 0)  # type: ignore[attr-defined,no-any-return]

    @strawberry.field
    @pure
    def calm_leaves(self) -> list[Leaf] | None:
        return self.world.value("[leaf", f"{self.ident}.calm_leaves", self.depth)  # type: ignore[attr-defined,no-any-return]

    @strawberry.field
    def told(self) -> str:
        return asked(self, "told", "str")  # type: ignore[arg-type,no-any-return]

    @strawberry.field
    def placed(self, info: strawberry.Info) -> str | None:
        """Says all that it was told of where it stands."""
        asked(self, "placed", "str")  # type: ignore[arg-type]
        names = [getattr(field, "name", "") for field in info.selected_fields]
        return f"{info.path.as_list()} {info.field_name} {info.python_name} {names} {info.variable_values}"

    @strawberry.field
    async def told_later(self) -> str:
        return await asked_later(self, "told_later", "str")  # type: ignore[arg-type,no-any-return]

    @strawberry.field
    async def count(self, n: int = 2, by: float | None = None) -> int | None:
        return await asked_later(self, "count", "int", n, by)  # type: ignore[arg-type,no-any-return]

    @strawberry.field
    async def later_kids(self, n: int = 2) -> "list[Node]":
        return await asked_later(self, "later_kids", "[node", n)  # type: ignore[arg-type,no-any-return]

    @strawberry.field
    def told_kids(self) -> "list[Node | None] | None":
        return asked(self, "told_kids", "[node")  # type: ignore[arg-type,no-any-return]

    @strawberry.field
    async def later_child(self) -> "Node":
        return await asked_later(self, "later_child", "node")  # type: ignore[arg-type,no-any-return]

    @strawberry.field
    async def later_animals(self) -> list[Animal]:
        return await asked_later(self, "later_animals", "[animal")  # type: ignore[arg-type,no-any-return]

    @strawberry.field
    async def later_leaves(self) -> list[Leaf]:
        return await asked_later(self, "later_leaves", "[leaf")  # type: ignore[arg-type,no-any-return]

    @strawberry.field(permission_classes=[Denies])  # type: ignore[untyped-decorator]
    def secret(self, n: int = 3) -> str | None:
        return asked(self, "secret", "str", n)  # type: ignore[arg-type,no-any-return]

    @strawberry.field(permission_classes=[DeniesLater])  # type: ignore[untyped-decorator]
    async def later_secret(self) -> str:
        return await asked_later(self, "later_secret", "str")  # type: ignore[arg-type,no-any-return]

    @strawberry.field(extensions=[Loud()])  # type: ignore[untyped-decorator]
    def loud(self) -> str | None:
        return asked(self, "loud", "str")  # type: ignore[arg-type,no-any-return]

    @strawberry.field(extensions=[LoudLater()])  # type: ignore[untyped-decorator]
    async def later_loud(self, box: Box | None = None) -> str | None:
        return await asked_later(self, "later_loud", "str", box)  # type: ignore[arg-type,no-any-return]

    @strawberry.field
    def echo(self, a: int, b: str | None = "z", c: Colour = Colour.RED, d: Day | None = None) -> str:
        self.world.called("echo", self, a, b, c, d)  # type: ignore[attr-defined]
        return f"{a}{b}{c.name}{d!r}"

    @strawberry.field
    def boxed(self, box: Box, some: list[int] = [3], t: Stamp | None = None) -> str:  # noqa: B006 - Strawberry copies it
        self.world.called("boxed", self, box, some, t)  # type: ignore[attr-defined]
        said = f"{some}{t}{_emptied(box)}"
        some.append(98)
        return said

    row: str | None = strawberry.field(resolver=by_column(row_of))
    row_kids: "list[Node]" = strawberry.field(resolver=by_column(row_kids_of))
    row_pet: Pet = strawberry.field(resolver=by_column(row_pet_of))


KINDS = {
    "i": "int",
    "io": "int",
    "f": "float",
    "fo": "float",
    "s": "str",
    "so": "str",
    "b": "bool",
    "d": "day",
    "t": "stamp",
    "e": "colour",
    "eo": "colour",
    "gid": "id",
    "j": "json",
    "li": "[int",
    "lio": "[int",
    "lso": "[str",
    "lo": "[str",
    "lol": "[[int",
    "lnl": "[[[int",
    "leaf": "leaf",
    "leafo": "leaf",
    "leaves": "[leaf",
    "leaveso": "[leaf",
    "pair": "leaf",
    "pairs": "[leaf",
    "child": "node",
    "childn": "node",
    "friend": "node",
    "kids": "[node",
    "kidso": "[node",
    "grid": "[[node",
    "name": "str",
    "meow": "str",
    "bark": "int",
    "animal": "animal",
    "animals": "[animal",
    "friendly_animal": "animal",
    "pet": "pet",
    "pets": "[pet",
    "being": "being",
    "beings": "[being",
    "shape": "shape",
    "shapes": "[[shape",
}


def _node(info: strawberry.Info, ident: str, depth: int = DEEPEST) -> Any:
    return Thing(info.context, ident, depth, "node")


async def wide_of(roots: list[Any], info: strawberry.Info, box: Box | None = None) -> list[Any]:
    return [[_node(info, f"q.wide{n}", DEEPEST - 1) for n in range(4)]] * len(roots)


@strawberry.type
class Query:
    @strawberry.field
    async def node(self, info: strawberry.Info) -> Node | None:
        return await came(info.context.value("node", "q.node", DEEPEST))  # type: ignore[no-any-return]

    @strawberry.field
    def root(self, info: strawberry.Info) -> Node:
        return _node(info, "q.root")  # type: ignore[no-any-return]

    @strawberry.field
    async def nodes(self, info: strawberry.Info, first: int = 3) -> list[Node]:
        return [_node(info, f"q.{n}", DEEPEST - 1) for n in range(abs(first) % 5)]

    @strawberry.field
    async def nodeso(self, info: strawberry.Info) -> list[Node | None] | None:
        return await came(info.context.value("[node", "q.nodeso", DEEPEST))  # type: ignore[no-any-return]

    @strawberry.field
    async def animals(self, info: strawberry.Info) -> list[Animal | None]:
        return await came(info.context.value("[animal", "q.animals", DEEPEST))  # type: ignore[no-any-return]

    wide: list[Node] | None = strawberry.field(resolver=by_column(wide_of))


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def put(self, info: strawberry.Info, by: int) -> Node | None:
        world = info.context
        world.order.append(("began", by))
        await asyncio.sleep(0)
        world.order.append(("ended", by))
        return await came(world.value("node", f"m.put{by}", 3))  # type: ignore[no-any-return]

    @strawberry.mutation
    def count(self, info: strawberry.Info, by: int) -> int:
        info.context.order.append(("count", by))
        return info.context.value("int", f"m.count{by}", 3)  # type: ignore[no-any-return]

    @strawberry.mutation
    async def many(self, info: strawberry.Info, boxes: list[Box]) -> list[Node]:
        info.context.order.append(("many", len(boxes)))
        return [_node(info, f"m.{n}.{_emptied(box)}", 3) for n, box in enumerate(boxes[:5])]


SCHEMA = strawberry.Schema(
    Query,
    Mutation,
    types=[Cat, Dog, Fox, Ghost, Spirit, Circle, Square],
    config=StrawberryConfig(default_resolver=read, scalar_map=SCALARS),
)
WATCHED = frozenset({"Pair", "Cat", "Ghost", "Circle"})


def each_of(value: Any, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """The records of what a watcher is told, and where each stands."""
    if isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from each_of(item, (*place, index))
    elif value is not None:
        yield place, value


def traits_of(world: World) -> Traits:
    def on_value(context: Any, value: Any, place_of: Callable[[], tuple[str | int, ...]]) -> None:
        for place, record in each_of(value, place_of()):
            context.told[place, repr(record)] += 1

    def remembering(record: Any) -> Any:
        return world.kept.setdefault(record.ident, {}) if isinstance(record, Thing) else None

    def expression(cls: type, name: str) -> str | None:
        world.written += 1
        if cls is Row:
            return f"{{o}}[{name!r}]"
        return f"{{o}}.{name}" if cls is Thing else None

    return Traits(
        expression=expression,
        inlines={"Day": Inline(datetime.date, "{v}.isoformat()")},
        watched=WATCHED,
        volatile=frozenset({"Circle"}),
        on_value=on_value,
        remembering=remembering,
    )
