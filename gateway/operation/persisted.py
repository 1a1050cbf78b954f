"""Which document a request means: a text, the id of a trusted one, or the hash of one that was sent before.

With a manifest, only its documents are run, and by id. Without one, automatic persisted queries as Apollo clients speak
them: a hash alone is looked up; not found, the client sends hash and text together, which registers it. What is
registered is kept in this process alone, so another replica may ask for the text once more.
"""

import hashlib
from collections import OrderedDict
from typing import NamedTuple

from graphql import GraphQLError, GraphQLSchema, OperationDefinitionNode, is_enum_type, type_from_ast
from graphql import get_named_type as named

from gateway.domain.failure import Code
from gateway.domain.refusal import Refused
from gateway.operation.document import Documents, Understood
from gateway.operation.trusted import TrustedDocuments

# Apollo's clients go by these words.
NOT_FOUND = "PersistedQueryNotFound"
NOT_SUPPORTED = "PersistedQueryNotSupported"
HARMLESS = frozenset(
    {"Int", "Float", "Boolean", "String", "ID", "YearMonth", "Date", "DateTime", "JalaliDate", "BranchCode"}
)
PREFIX = "sha256:"


class Meant(NamedTuple):
    """At least one of them is given."""

    text: str | None
    id: str | None


class Persisted:
    """Keeps at most `kept` texts and `kept_bytes` of them, those used last."""

    def __init__(
        self,
        documents: Documents,
        trusted: TrustedDocuments | None = None,
        *,
        kept: int = 1_000,
        kept_bytes: int = 4 * 2**20,
    ) -> None:
        self._documents = documents
        self._trusted = trusted
        self._kept = kept
        self._kept_bytes = kept_bytes
        self._bytes = 0
        self._texts: OrderedDict[str, str] = OrderedDict()

    def understood(self, meant: Meant, *, nameless: bool, suggestions: bool = False) -> Understood | list[GraphQLError]:
        """Raises Refused. `nameless` callers neither register a text nor learn which are."""
        if self._trusted is not None:
            return self._of_manifest(meant, self._trusted)
        if meant.id is None:
            return self._documents.understood(meant.text or "", suggestions=suggestions)
        hash_ = meant.id.removeprefix(PREFIX)
        if meant.text is None:
            if nameless:
                raise Refused(Code.BAD_USER_INPUT, NOT_SUPPORTED)
            return self._documents.understood(self._known(hash_))
        if hashlib.sha256(meant.text.encode(errors="surrogatepass")).hexdigest() != hash_.lower():
            raise Refused(Code.BAD_USER_INPUT, "The hash is not the SHA-256 of the query.")
        understood = self._documents.understood(meant.text, suggestions=suggestions)
        if isinstance(understood, Understood) and not nameless:
            self._keep(hash_.lower(), meant.text)
        return understood

    @staticmethod
    def _of_manifest(meant: Meant, trusted: TrustedDocuments) -> Understood:
        if meant.text is not None or meant.id is None:
            raise Refused(Code.BAD_USER_INPUT, "Only trusted documents are run here: send a documentId, and no query.")
        understood = trusted.get(meant.id)
        if understood is None:
            raise Refused(Code.BAD_USER_INPUT, "No trusted document has this documentId.")
        return understood

    def _known(self, hash_: str) -> str:
        text = self._texts.get(hash_.lower())
        if text is None:
            raise Refused(Code.BAD_USER_INPUT, NOT_FOUND)
        self._texts.move_to_end(hash_.lower())
        return text

    def _keep(self, hash_: str, text: str) -> None:
        if hash_ in self._texts:
            self._texts.move_to_end(hash_)
            return
        self._texts[hash_] = text
        self._bytes += len(text.encode(errors="surrogatepass"))
        while len(self._texts) > self._kept or self._bytes > self._kept_bytes:
            _, dropped = self._texts.popitem(last=False)
            self._bytes -= len(dropped.encode(errors="surrogatepass"))

    def __len__(self) -> int:
        return len(self._texts)


def takes_personal_values(operation: OperationDefinitionNode, graph: GraphQLSchema) -> bool:
    """Whether a variable may hold what a person is known by: such a one may not stand in a URL.

    What is not known to be harmless counts as personal: identifiers, and input objects whatever they hold.
    """
    for variable in operation.variable_definitions or ():
        kind = type_from_ast(graph, variable.type)
        name = named(kind).name if kind is not None else ""
        if name not in HARMLESS and not is_enum_type(named(kind)):
            return True
    return False
