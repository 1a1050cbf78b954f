"""The data of an answer as bytes, and as plain dicts."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any
from weakref import WeakKeyDictionary

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


_encoder = msgspec.json.Encoder(enc_hook=_raw)


def written(answer: Any) -> bytes:
    """JSON in UTF-8. Raises what msgspec raises for what JSON has no place for."""
    return _encoder.encode(answer)


def field_of(part: Any, key: str) -> Any:
    """What stands under a response key of an object of an answer; None also where nothing does."""
    if part.__class__ is dict:
        return part.get(key)
    cls = part.__class__
    names = _names.get(cls)
    if names is None:
        names = _names[cls] = dict(zip(cls.__struct_encode_fields__, cls.__struct_fields__, strict=True))
    name = names.get(key)
    return None if name is None else getattr(part, name)


def fields_of(part: Any, keys: tuple[str, ...]) -> tuple[Any, ...]:
    """What stands under several response keys, in their order; None where nothing does."""
    cls = part.__class__
    if cls is dict:
        return tuple([part.get(key) for key in keys])
    getters = _getters.get(cls)
    if getters is None:
        getters = _getters[cls] = {}
    getter = getters.get(keys)
    if getter is None:
        names = dict(zip(cls.__struct_encode_fields__, cls.__struct_fields__, strict=True))
        if len(keys) < 2 or not names.keys() >= set(keys):
            return tuple([field_of(part, key) for key in keys])
        getter = getters[keys] = attrgetter(*[names[key] for key in keys])
    found: tuple[Any, ...] = getter(part)
    return found


_getters: WeakKeyDictionary[type, dict[tuple[str, ...], Callable[[Any], Any]]] = WeakKeyDictionary()

# Of the classes that plans make, by response keys; they go when their plan does.
_names: WeakKeyDictionary[type, dict[str, str]] = WeakKeyDictionary()


def plain(data: Any) -> Any:
    """The same data in dicts, lists and what JSON has: a copy."""
    return msgspec.json.decode(_encoder.encode(data))


def written_raw(data: Any) -> msgspec.Raw:
    """A part of an answer, to be put into others as it is."""
    return msgspec.Raw(_encoder.encode(data))
