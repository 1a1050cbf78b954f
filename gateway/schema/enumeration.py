"""Makes an enum of the domain one of the graph, with a description for each value."""

import enum
from collections.abc import Mapping

import strawberry


def describe(kind: type[enum.Enum], description: str, values: Mapping[str, str]) -> None:
    """Raises ValueError unless `values` describes each member of `kind` by name, and nothing else, before its use."""
    if hasattr(kind, "__strawberry_definition__"):
        raise ValueError(f"{kind.__name__} is used before it is described: import it from where that is done")
    if set(values) != set(kind.__members__):
        raise ValueError(f"describe each value of {kind.__name__}, and only those")
    strawberry.enum(kind, description=description)
    for value in kind.__strawberry_definition__.values:  # type: ignore[attr-defined]
        value.description = values[value.name]
