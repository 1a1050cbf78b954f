"""Ties a field to the resolver that answers it."""

from collections.abc import Callable, Sequence
from typing import Any

import strawberry


def answered_by(resolver: Callable[..., object], *, description: str, directives: Sequence[object] = ()) -> Any:
    """A field whose type is its annotation: the resolver returns the domain record that the type reads."""
    return strawberry.field(resolver=resolver, description=description, directives=directives)
