"""Documents, understood once: parsed, validated, measured, and kept by the hash of their text."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass

import strawberry
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    parse,
    validate,
)

from executor import conditions_of
from gateway.domain.failure import Code
from gateway.domain.refusal import Refused
from gateway.operation.engine import RULES, graph_of
from gateway.operation.extent import check_tree
from gateway.operation.limits import DocumentLimits, check_text

MAX_VALIDATION_ERRORS = 20


@dataclass(frozen=True, slots=True)
class Understood:
    """A valid document. `digest` is the SHA-256 of its text; `operations` are by name, None for one without.

    `conditions` are the names of the variables that @skip and @include read.
    """

    digest: bytes
    document: DocumentNode
    operations: Mapping[str | None, OperationDefinitionNode]
    fragments: Mapping[str, FragmentDefinitionNode]
    conditions: tuple[str, ...]
    size: int

    def operation(self, name: str | None) -> OperationDefinitionNode:
        """The operation to run. Raises Refused where the name is unknown, or is missing and needed."""
        if name is None:
            if len(self.operations) > 1:
                raise Refused(Code.BAD_USER_INPUT, "The document has several operations: say which by operationName.")
            return next(iter(self.operations.values()))
        if name not in self.operations:
            raise Refused(Code.BAD_USER_INPUT, "The document has no operation of that name.")
        return self.operations[name]


class Documents:
    """Keeps at most `kept` documents and `kept_bytes` of their text, those used last. Bad documents are not kept."""

    def __init__(
        self,
        schema: strawberry.Schema,
        limits: DocumentLimits | None = None,
        *,
        kept: int = 1_000,
        kept_bytes: int = 8 * 2**20,
    ) -> None:
        self._graph = graph_of(schema)
        self._limits = limits or DocumentLimits()
        self._kept = kept
        self._kept_bytes = kept_bytes
        self._bytes = 0
        self._by_digest: OrderedDict[bytes, Understood] = OrderedDict()

    def understood(self, text: str, *, suggestions: bool = False) -> Understood | list[GraphQLError]:
        """The document, or why it is none: errors whose `original_error` is a Refused where a limit was passed.

        `suggestions` name what may have been meant, from the whole graph: for developers alone.
        """
        encoded = text.encode(errors="surrogatepass")
        digest = hashlib.sha256(encoded).digest()
        known = self._by_digest.get(digest)
        if known is not None:
            self._by_digest.move_to_end(digest)
            return known
        try:
            check_text(text, self._limits)
            document = parse(text, max_tokens=self._limits.tokens)
            check_tree(document, self._limits)
            errors = validate(self._graph, document, RULES, MAX_VALIDATION_ERRORS, hide_suggestions=not suggestions)
            if errors:
                return errors
        except GraphQLSyntaxError as error:
            return [error.with_traceback(None)]
        except Refused as error:
            return [GraphQLError(error.message, original_error=error)]
        operations = {
            d.name.value if d.name else None: d for d in document.definitions if isinstance(d, OperationDefinitionNode)
        }
        if not operations:
            none = Refused(Code.BAD_USER_INPUT, "The document has no operation.")
            return [GraphQLError(none.message, original_error=none)]
        fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        understood = Understood(digest, document, operations, fragments, conditions_of(document), len(encoded))
        return self._keep(understood)

    def _keep(self, understood: Understood) -> Understood:
        self._by_digest[understood.digest] = understood
        self._bytes += understood.size
        while len(self._by_digest) > self._kept or self._bytes > self._kept_bytes:
            _, dropped = self._by_digest.popitem(last=False)
            self._bytes -= dropped.size
        return understood

    def __len__(self) -> int:
        return len(self._by_digest)


def is_query(operation: OperationDefinitionNode) -> bool:
    return operation.operation is OperationType.QUERY
