"""What stands for an operation in the record: a keyed hash of its document without the values written into it."""

from collections import OrderedDict
from typing import Any

from graphql import (
    FloatValueNode,
    IntValueNode,
    ListValueNode,
    Node,
    ObjectValueNode,
    StringValueNode,
    Visitor,
    print_ast,
    strip_ignored_characters,
    visit,
)

from gateway.operation.audit.pseudonyms import Pseudonyms
from gateway.operation.document import Understood


class Fingerprints:
    """Keeps those of the documents used last."""

    def __init__(self, pseudonyms: Pseudonyms, kept: int = 1_000) -> None:
        self._pseudonyms, self._kept = pseudonyms, kept
        self._by_digest: OrderedDict[bytes, str] = OrderedDict()

    def of(self, understood: Understood) -> str:
        known = self._by_digest.get(understood.digest)
        if known is None:
            bare = strip_ignored_characters(print_ast(visit(understood.document, _Stripping())))
            known = self._by_digest[understood.digest] = self._pseudonyms.text("document", bare)
            if len(self._by_digest) > self._kept:
                self._by_digest.popitem(last=False)
        return known


class _Stripping(Visitor):
    def enter_string_value(self, *_: Any) -> Node:
        return StringValueNode(value="")

    def enter_int_value(self, *_: Any) -> Node:
        return IntValueNode(value="0")

    def enter_float_value(self, *_: Any) -> Node:
        return FloatValueNode(value="0")

    def enter_list_value(self, *_: Any) -> Node:
        return ListValueNode(values=())

    def enter_object_value(self, *_: Any) -> Node:
        return ObjectValueNode(fields=())
