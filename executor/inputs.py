"""What a request says for variables, and what fields are given of it, without going through the types each time.

Most variables are scalars, enums or lists of them. Whatever else they are, and whatever does not fit, is left to
graphql-core, whose words the errors have.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLInputType,
    GraphQLSchema,
    OperationDefinitionNode,
    Undefined,
    VariableNode,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

from executor.contacts import (
    VariableSignature,
    VariableSource,
    VariableValues,
    coerced_variables,
    passed_on,
    signature_of,
)

if TYPE_CHECKING:
    import strawberry
    from strawberry.types.field import StrawberryField

Read = Callable[[Any], Any]
"""A value as its type has it. Raises anything, or says `Undefined`, for what does not fit or is better left alone."""


class _Variable(NamedTuple):
    signature: VariableSignature
    read: Read
    is_nullable: bool


class Inputs:
    """The variables of one operation."""

    def __init__(self, graph: GraphQLSchema, operation: OperationDefinitionNode) -> None:
        self._graph, self._operation = graph, operation
        self._variables = _variables_of(graph, operation)

    def coerced(self, said: Mapping[str, Any], *, most_errors: int) -> VariableValues | list[GraphQLError]:
        """The variables with their defaults, each of its type; or why they do not fit."""
        values = self._simply(self._variables, said) if self._variables is not None else None
        return values or coerced_variables(self._graph, self._operation, said, most_errors=most_errors)

    def _simply(self, variables: tuple[_Variable, ...], said: Mapping[str, Any]) -> VariableValues | None:
        sources: dict[str, VariableSource] = {}
        coerced: dict[str, Any] = {}
        try:
            for signature, read, is_nullable in variables:
                name = signature.name
                value = said.get(name, Undefined)
                sources[name] = VariableSource(signature, value)
                if value is Undefined:
                    if signature.default is not None or not is_nullable:
                        return None
                elif value is None:
                    if not is_nullable:
                        return None
                    coerced[name] = None
                else:
                    coerced[name] = read(value)
                    if coerced[name] is Undefined:
                        return None
        except Exception:
            return None  # graphql-core says what is wrong
        return VariableValues(sources, coerced)


def _variables_of(graph: GraphQLSchema, operation: OperationDefinitionNode) -> tuple[_Variable, ...] | None:
    found: list[_Variable] = []
    for node in operation.variable_definitions or ():
        signature = signature_of(graph, node)
        if isinstance(signature, GraphQLError):
            return None
        read = _read_of(signature.type)
        if read is None:
            return None
        found.append(_Variable(signature, read, not is_non_null_type(signature.type)))
    return tuple(found)


def _read_of(kind: GraphQLInputType) -> Read | None:
    kind = kind.of_type if is_non_null_type(kind) else kind
    if is_leaf_type(kind):
        read: Read = kind.coerce_input_value
        return read
    if not is_list_type(kind):
        return None
    item = kind.of_type.of_type if is_non_null_type(kind.of_type) else kind.of_type
    if not is_leaf_type(item):
        return None
    read_item: Read = item.coerce_input_value

    def read_list(said: Any) -> Any:
        if said.__class__ is not list:
            return Undefined
        values = [read_item(each) for each in said if each is not None]
        fits = len(values) == len(said) and all(value is not Undefined for value in values)
        return values if fits else Undefined

    return read_list


class Handed(NamedTuple):
    """A resolver's parameter that is a variable of the operation, as it was coerced or as a list of its own."""

    parameter: str
    variable: str
    as_list: bool


def handed(
    schema: "strawberry.Schema", field: GraphQLField, node: FieldNode, definition: "StrawberryField"
) -> tuple[Handed, ...] | None:
    """The arguments of a field that are variables, passed on as they are; None where there is more to do."""
    said = {argument.name.value: argument.value for argument in node.arguments or ()}
    if not said:
        return None
    for name, argument in field.args.items():
        if name not in said and (argument.default is not None or argument.default_value is not Undefined):
            return None
    found: list[Handed] = []
    for name, parameter, is_list in passed_on(schema, definition):
        value = said.pop(name, None)
        if value is None:
            continue
        if is_list is None or not isinstance(value, VariableNode):
            return None
        found.append(Handed(parameter, value.name.value, is_list))
    return None if said else tuple(found)


def values_of(parameters: tuple[Handed, ...], variables: VariableValues) -> dict[str, Any] | None:
    """By the names of parameters; None where a variable is missing or null, which may be an error."""
    coerced = variables.coerced
    values: dict[str, Any] = {}
    for parameter, variable, as_list in parameters:
        value = coerced.get(variable)
        if value is None:
            return None
        values[parameter] = list(value) if as_list else value
    return values
