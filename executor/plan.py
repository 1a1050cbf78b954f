"""An operation, compiled: what is selected in each place, and how each field comes by its values."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLInputType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    Visitor,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
    visit,
)

from executor.contacts import (
    Details,
    VariableValues,
    collected,
    definition_of,
    fragment_details,
    graph_of,
    keeps_wrappers,
)
from executor.generation import Writer
from executor.inputs import handed
from executor.marks import column_of, is_pure
from executor.selection import FieldPlan, How, Selected
from executor.traits import Traits

if TYPE_CHECKING:
    import strawberry

KNOWN_DIRECTIVES = frozenset({"skip", "include"})
SCHEMA_FIELDS = frozenset({"__schema", "__type"})
BYTES_A_FIELD = 3_000  # of a plan, measured about; what is generated for several classes costs more

IsDenied = Callable[[Sequence[FieldNode]], bool]


class Unsupported(Exception):
    """The operation has something that only graphql-core does. Its sentence says what."""


class Plan:
    """`root` is the selection at the root; `size` in bytes, about. Belongs to one set of values of its conditions."""

    def __init__(
        self,
        compiler: "Compiler",
        operation: OperationDefinitionNode,
        fragments: dict[str, FragmentDefinitionNode],
        variables: VariableValues,
        is_denied: IsDenied | None,
    ) -> None:
        _check(operation, fragments)
        self.schema = compiler.schema
        self.graph = compiler.graph
        self.traits = compiler.traits
        self.read = compiler.read
        self.operation = operation
        self.fragments = fragments
        self.is_serial = operation.operation is OperationType.MUTATION
        self._details = {name: fragment_details(definition) for name, definition in fragments.items()}
        self._variables = variables
        self._is_denied = is_denied
        self._keeps_wrappers = keeps_wrappers(compiler.schema)
        self._writer = Writer(compiler.traits, compiler.read)
        self._known: dict[tuple[str, tuple[int, ...]], Selected] = {}
        self._count = 0
        root = self.graph.get_root_type(operation.operation)
        assert root is not None  # noqa: S101 - the document is valid
        self.root = self._selected(root, None)
        self.size = self._count * BYTES_A_FIELD
        # A plan outlives the request that it was made for: nothing of that request stays in it.
        del self._variables, self._is_denied, self._known

    def _selected(self, kind: GraphQLObjectType, above: Details | None) -> Selected:
        """Once for one type and one text, though several types lead to it: else nested unions would multiply."""
        key = (kind.name, tuple(id(each.node) for each in above or ()))
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._selected_anew(kind, above)
        return known

    def _selected_anew(self, kind: GraphQLObjectType, above: Details | None) -> Selected:
        groups = collected(self.graph, self._details, self._variables, self.operation, kind, above)
        fields = [self._field(key, details, kind) for key, details in groups.items()]
        self._count += len(fields)
        return self._writer.selected(kind, fields, watched=kind.name in self.traits.watched)

    def _field(self, key: str, details: Details, parent: GraphQLObjectType) -> FieldPlan:
        plan = FieldPlan(key, details, parent)
        if plan.name in SCHEMA_FIELDS:
            raise Unsupported("introspection")
        if any(each.defer_usage or each.fragment_variable_values for each in details):
            raise Unsupported("@defer, or fragments with variables")
        if plan.name == "__typename":
            return plan
        field = self.graph.get_field(parent, plan.name)
        assert field is not None  # noqa: S101 - the document is valid
        plan.field, plan.type = field, field.type
        plan.nullable = tuple(_nullable(field.type))
        if self._is_denied is not None and self._is_denied(plan.nodes):
            plan.how = How.DENIED
            denial = self.traits.denial(plan.nodes)
            plan.denial = GraphQLError(str(denial), plan.nodes, original_error=denial)
            return plan
        self._come_by(plan)
        kind = get_named_type(field.type)
        plan.abstract = is_abstract_type(kind)
        possible = self.graph.get_possible_types(kind) if is_abstract_type(kind) else [kind]
        plan.below = {each.name: self._selected(each, details) for each in possible if is_object_type(each)}
        plan.watched = any(each.watched for each in plan.below.values())
        if not plan.abstract and all(below.is_pure for below in plan.below.values()):
            plan.value = self._writer.value(field.type, plan.below)
            if self.traits.remembering is not None and is_object_type(get_nullable_type(field.type)):
                plan.remembered = next(iter(plan.below.values()))
            plan.needs_info = any(below.needs_info for below in plan.below.values())
        return plan

    def _come_by(self, plan: FieldPlan) -> None:
        """Settles how the field comes by its values."""
        definition = plan.definition = definition_of(plan.field)
        if definition is None:
            raise Unsupported("a field that is not Strawberry's")
        if definition.is_basic_field and not self._keeps_wrappers:
            plan.how, plan.attribute = How.ATTRIBUTE, definition.python_name
            return
        resolver = definition.base_resolver
        if resolver is None or definition.extensions or self._keeps_wrappers:
            plan.how, plan.resolver = How.WRAPPED, plan.field.resolve
        else:
            plan.resolver = cast("Callable[..., Any]", resolver.wrapped_func)
            plan.column = column_of(plan.resolver)
            plan.how = How.RESOLVER if plan.column is None else How.COLUMN
            if is_pure(plan.resolver) and not plan.field.args:
                plan.how = How.PURE
        types = [argument.type for argument in plan.field.args.values()]
        plan.shares_arguments = all(_is_immutable(kind) for kind in types)
        plan.reads_variables = has_variables(plan.nodes[0])
        if not plan.field.args and not plan.nodes[0].arguments:
            plan.arguments = {}
        elif plan.how is not How.WRAPPED:
            plan.handed = handed(self.schema, plan.field, plan.nodes[0], definition)


class Compiler:
    """Makes plans for one schema. Each costs some milliseconds."""

    def __init__(self, schema: "strawberry.Schema", traits: Traits | None = None) -> None:
        self.schema = schema
        self.graph: GraphQLSchema = graph_of(schema)
        self.traits = traits or Traits()
        self.read: Callable[[object, str], Any] = schema.config.default_resolver

    def compiled(
        self,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: VariableValues,
        is_denied: IsDenied | None = None,
    ) -> Plan:
        """`variables` are coerced: the plan is good for all that choose alike in @skip and @include.

        Raises Unsupported.
        """
        return Plan(self, operation, dict(fragments), variables, is_denied)


def _check(operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
    if operation.operation is OperationType.SUBSCRIPTION:
        raise Unsupported("a subscription")
    if any(getattr(fragment, "variable_definitions", None) for fragment in fragments.values()):
        raise Unsupported("fragments with variables")
    found = _Directives()
    for node in (operation, *fragments.values()):
        visit(node, found)
    if found.names - KNOWN_DIRECTIVES:
        raise Unsupported("a directive of its own")


class _Directives(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: Any, *_: object) -> None:
        self.names.add(node.name.value)


def _nullable(kind: Any) -> Iterator[bool]:
    while True:
        yield not is_non_null_type(kind)
        kind = kind.of_type if is_non_null_type(kind) else kind
        if not is_list_type(kind):
            return
        kind = kind.of_type


def _is_immutable(kind: GraphQLInputType) -> bool:
    """Whether one value may serve several resolvers: a list or an object could be changed by the first of them.

    What a scalar of the schema's own makes of a value is looked at when it is there.
    """
    kind = kind.of_type if is_non_null_type(kind) else kind
    return bool(is_leaf_type(kind))


def has_variables(node: FieldNode) -> bool:
    """Whether the arguments of a field read variables."""
    found = _Variables()
    for argument in node.arguments or ():
        visit(argument, found)
    return found.any


class _Variables(Visitor):
    any = False

    def enter_variable(self, _node: VariableNode, *_: object) -> None:
        self.any = True
