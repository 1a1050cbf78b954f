"""How an office decides the cases of one service."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from twin.world import World


@dataclass(frozen=True, slots=True)
class Decision:
    """`results` by the office's names; `note` is its own text for the citizen."""

    approved: bool
    note: str
    results: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """`path` is the office's name of the service. `decide` sees the applicant's code and the form. `hearing`: whether
    the applicant is heard before it is decided."""

    path: str
    decide: Callable[[World, str, Mapping[str, Any]], Decision]
    hearing: bool = False


def desks_of(office: str) -> dict[str, Desk]:
    """By path. Raises TypeError where a file has none."""
    desks: dict[str, Desk] = {}
    package = importlib.import_module(f"twin.offices.{office}")
    for module in pkgutil.iter_modules(package.__path__):
        desk = getattr(importlib.import_module(f"{package.__name__}.{module.name}"), "DESK", None)
        if not isinstance(desk, Desk):
            raise TypeError(f"{module.name} has no DESK")
        desks[desk.path] = desk
    return desks
