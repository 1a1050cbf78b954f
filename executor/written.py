"""The data of an answer as bytes, and as plain dicts."""

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

import msgspec

from executor.fragments import Fragment

# Of a subclass, what it adds is not JSON's.
_BENEATH: tuple[tuple[type, Callable[[Any], Any]], ...] = (
    (str, str.__str__),
    (int, int.__int__),
    (float, float.__float__),
    (dict, dict),
    (list, list),
    (tuple, tuple),
)


def _raw(value: Any) -> Any:
    if isinstance(value, Fragment):
        return value.json
    for kind, beneath in _BENEATH:
        if isinstance(value, kind):
            return beneath(value)
    raise NotImplementedError(f"{type(value).__name__} is no value of an answer")


Getter = Callable[[Any], Sequence[Any]]
_encoder = msgspec.json.Encoder(enc_hook=_raw)


def written(answer: Any) -> bytes:
    """JSON in UTF-8. Raises what msgspec raises for what JSON has no place for."""
    return _encoder.encode(answer)


def view(keys: Sequence[str]) -> type:
    """A class for objects of an answer with these response keys, of which it is made in their order.

    Cheaper to make and to write than a dict, and nothing for the garbage collector to look at.
    """
    names = [f"f{position}" for position in range(len(keys))]
    return msgspec.defstruct(
        "View",
        [(name, Any) for name in names],
        namespace={"names": dict(zip(keys, names, strict=True)), "getters": {}},
        gc=False,
        rename=dict(zip(names, keys, strict=True)),
    )


def field_of(part: Any, key: str) -> Any:
    """What stands under a response key of an object of an answer; None also where nothing does."""
    if part.__class__ is dict:
        return part.get(key)
    name = part.names.get(key)
    return None if name is None else getattr(part, name)


def fields_of(part: Any, keys: tuple[str, ...]) -> Sequence[Any]:
    """What stands under several response keys, in their order; None where nothing does."""
    if part.__class__ is dict:
        return [part.get(key) for key in keys]
    getter = part.getters.get(keys) or getter_of(part.__class__, keys)
    if getter is None:
        return [field_of(part, key) for key in keys]
    found: Sequence[Any] = getter(part)
    return found


def getter_of(kind: type, keys: tuple[str, ...]) -> Getter | None:
    """What `fields_of` does with each object of one class, where one step does it: not with dicts, nor for one key."""
    getters: dict[tuple[str, ...], Getter] | None = getattr(kind, "getters", None)
    if getters is None:
        return None
    getter = getters.get(keys)
    if getter is None:
        names: dict[str, str] = getattr(kind, "names")  # noqa: B009 - of a class that `view` has made
        if len(keys) < 2 or not names.keys() >= set(keys):
            return None
        getter = getters[keys] = attrgetter(*[names[key] for key in keys])
    return getter


def plain(data: Any) -> Any:
    """The same data in dicts, lists and what JSON has: a copy."""
    return msgspec.json.decode(_encoder.encode(data))


def written_raw(data: Any) -> msgspec.Raw:
    """A part of an answer, to be put into others as it is."""
    return msgspec.Raw(_encoder.encode(data))
