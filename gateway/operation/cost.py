"""What an operation costs, by the IBM GraphQL cost specification, before anything is asked.

`types` is the type cost: how much comes back at most. `fields` is the field cost: how much work it is at most. Both
are sums over the places of the operation, settled once a document as far as they do not hang on variables.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from graphql import ListValueNode, ObjectValueNode, OperationType, ValueNode, VariableNode

from gateway.operation.places import Condition, OpenSize, Place, holds
from gateway.operation.weights import Weights


class Cost(NamedTuple):
    types: float
    fields: float


class _Term(NamedTuple):
    when: frozenset[Condition] | None
    open: tuple[OpenSize, ...]
    types: float
    fields: float


@dataclass(frozen=True, slots=True)
class _OpenInput:
    """An argument of an input object type that a variable fills: what it weighs is known with its value."""

    place: Place
    variable: str
    object_type: str | None


class CostPlan:
    """Of one operation. Asking it takes some microseconds."""

    def __init__(self, places: Iterable[Place], weights: Weights, operation: OperationType) -> None:
        self._weights = weights
        self._sum = _Sum(list(places), weights, 0)
        self._root = weights.type_weight(weights.root(operation))

    @property
    def is_settled(self) -> bool:
        """Whether it hangs on no variable."""
        return self._sum.is_settled

    def of(self, variables: Mapping[str, Any]) -> Cost:
        """`variables` are coerced: as the operation will run with them."""
        types, fields = self._sum.of(variables)
        return Cost(self._root + types, fields)


class _Sum:
    """Places that can all be reached together, and sets of others of which one type's alone can be."""

    def __init__(self, places: list[Place], weights: Weights, depth: int) -> None:
        self._weights = weights
        together: defaultdict[tuple[frozenset[Condition] | None, tuple[OpenSize, ...]], list[float]]
        together = defaultdict(lambda: [0.0, 0.0])
        apart: defaultdict[int, defaultdict[str, list[Place]]] = defaultdict(lambda: defaultdict(list))
        self._inputs: list[_OpenInput] = []
        for place in places:
            if len(place.alternative) > depth:
                choice, concrete = place.alternative[depth]
                apart[choice][concrete].append(place)
                continue
            when = None if place.always else place.when
            weight, opened = _weight(place, weights)
            self._inputs += opened
            together[when, place.entries.open][0] += weights.type_weight(place.field.type_name) * place.entries.factor
            together[when, place.asked.open][1] += weight * place.asked.factor
        self._types, self._fields = together.pop((None, ()), [0.0, 0.0])
        self._terms = [_Term(when, sizes, *sums) for (when, sizes), sums in together.items() if any(sums)]
        self._choices = [[_Sum(under, weights, depth + 1) for under in by_type.values()] for by_type in apart.values()]

    @property
    def is_settled(self) -> bool:
        below = (each for alternatives in self._choices for each in alternatives)
        return not self._terms and not self._inputs and all(each.is_settled for each in below)

    def of(self, variables: Mapping[str, Any]) -> tuple[float, float]:
        types, fields = self._types, self._fields
        for when, sizes, more_types, more_fields in self._terms:
            if when is not None and not holds(when, variables):
                continue
            count = 1
            for size in sizes:
                count *= size.of(variables)
            types += more_types * count
            fields += more_fields * count
        for place, variable, object_type in ((i.place, i.variable, i.object_type) for i in self._inputs):
            if holds(place.when, variables):
                weight = _weight_of_value(variables.get(variable), object_type, self._weights)
                fields += weight * place.asked.of(variables)
        for alternatives in self._choices:
            under = [each.of(variables) for each in alternatives]
            types += max(each[0] for each in under)
            fields += max(each[1] for each in under)
        return types, fields


def _weight(place: Place, weights: Weights) -> tuple[float, list[_OpenInput]]:
    """A field with its arguments; never below nothing, as the specification has it."""
    weight = place.field.weight
    opened: list[_OpenInput] = []
    for argument in place.arguments:
        said = place.field.arguments.get(argument.name.value)
        if said is None:
            continue
        weight += said.weight
        if said.object_type is not None:
            weight += _weight_of_literal(argument.value, said.object_type, weights, place, opened)
    return max(0.0, weight), opened


def _weight_of_literal(
    value: ValueNode, object_type: str, weights: Weights, place: Place, opened: list[_OpenInput]
) -> float:
    if isinstance(value, VariableNode):
        opened.append(_OpenInput(place, value.name.value, object_type))
    elif isinstance(value, ListValueNode):
        return sum(_weight_of_literal(each, object_type, weights, place, opened) for each in value.values)
    elif isinstance(value, ObjectValueNode):
        total = 0.0
        for each in value.fields:
            said = weights.inputs(object_type).get(each.name.value)
            if said is not None:
                total += said.weight
                if said.object_type is not None:
                    total += _weight_of_literal(each.value, said.object_type, weights, place, opened)
        return total
    return 0.0


def _weight_of_value(value: Any, object_type: str | None, weights: Weights) -> float:
    if object_type is None:
        return 0.0
    if isinstance(value, list):
        return sum(_weight_of_value(each, object_type, weights) for each in value)
    if not isinstance(value, Mapping):
        return 0.0
    known = weights.inputs(object_type)
    return sum(
        known[name].weight + _weight_of_value(each, known[name].object_type, weights)
        for name, each in value.items()
        if name in known
    )
