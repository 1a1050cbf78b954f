"""A schema in which each object leads to one of two types: nested in unions as deep as one likes."""

from typing import Annotated, Optional, Union

import strawberry

Either = Annotated[Union["Left", "Right"], strawberry.union("Either")]


@strawberry.type
class Left:
    name: str

    @strawberry.field
    def next(self) -> Optional[Either]:  # noqa: UP045 - names in quotes
        return Right(name=f"{self.name}r")


@strawberry.type
class Right:
    name: str

    @strawberry.field
    def next(self) -> Optional[Either]:  # noqa: UP045
        return Left(name=f"{self.name}l")


@strawberry.type
class Query:
    @strawberry.field
    def first(self) -> Either:
        return Left(name="")


SCHEMA = strawberry.Schema(Query)


def spread(levels: int) -> str:
    """Fragments of fragments: a text that grows with the levels, and no faster."""
    parts = []
    for level in range(levels):
        below = f"name next {{ ...F{level + 1} }}"
        parts.append(f"fragment F{level} on Either {{ ... on Left {{ {below} }} ... on Right {{ {below} }} }}")
    return "\n".join(["{ first { ...F0 } }", *parts, f"fragment F{levels} on Either {{ __typename }}"])
