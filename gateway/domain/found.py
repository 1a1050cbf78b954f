"""Finds the files of a folder that hold one thing each: a new one is there by its place, and no list names it."""

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

T = TypeVar("T")


def found_in(package: str, name: str, kind: type[T]) -> Mapping[str, T]:
    """By file name, in order: what each module of `package` calls `name`. Raises TypeError where one has none."""
    things: dict[str, T] = {}
    folder = importlib.import_module(package).__path__
    for module in sorted(pkgutil.iter_modules(folder), key=lambda one: one.name):
        thing = getattr(importlib.import_module(f"{package}.{module.name}"), name, None)
        if not isinstance(thing, kind):
            raise TypeError(f"{package}/{module.name}.py has no {name}")
        things[module.name] = thing
    return MappingProxyType(things)
