"""What a resolver says of itself to the executor. Under graphql-core these marks change nothing."""

import functools
import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

R = TypeVar("R", bound=Callable[..., Any])
Column = Callable[..., Awaitable[Sequence[Any]]]


def pure(resolver: R) -> R:
    """Synchronous, without arguments, without effect: may be called in the middle of generated code, and again.

    Of its info the context is at hand; whoever looks at more of it, such as its path, is called the slow way.
    """
    if inspect.iscoroutinefunction(resolver):
        raise TypeError("a pure resolver is synchronous")
    resolver.__pure__ = True  # type: ignore[attr-defined]
    return resolver


def is_pure(resolver: object) -> bool:
    return getattr(resolver, "__pure__", False) is True


def by_column(column: Column) -> Callable[..., Awaitable[Any]]:
    """A resolver of one parent, of a function that answers many at once: what Strawberry is given.

    `column(roots, info, **arguments)` returns one value for each root, in their order; an exception stands for the
    failure of just its root, an awaitable for what is still to come. The executor calls it once for all parents of a
    place, with the info of the first.
    """

    @functools.wraps(column)
    async def one(root: Any, info: Any, **arguments: Any) -> Any:
        (value,) = await column([root], info, **arguments)
        if isinstance(value, Exception):
            raise value
        return await value if inspect.isawaitable(value) else value

    signature = inspect.signature(column)
    roots, *others = signature.parameters.values()
    root = roots.replace(name="root", annotation=Any)
    one.__signature__ = signature.replace(parameters=[root, *others])  # type: ignore[attr-defined]
    one.__annotations__ = {"root": Any, **{k: v for k, v in column.__annotations__.items() if k != roots.name}}
    one.__column__ = column  # type: ignore[attr-defined]
    return one


def column_of(resolver: object) -> Column | None:
    found: Column | None = getattr(resolver, "__column__", None)
    return found
