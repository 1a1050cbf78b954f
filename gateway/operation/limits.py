"""What a document may not exceed, and the first half of finding out: on the text, before it is parsed.

This half keeps the recursive parser from hostile nesting; the other half (`extent`) measures the parsed tree. Cost,
which is what the back offices pay, is not measured here.
"""

import re
from dataclasses import dataclass

from gateway.domain.failure import Code
from gateway.domain.refusal import Refused
from gateway.domain.settable import Count

# Strings and comments are skipped whole, closed or not, and nothing backtracks: the scan is linear on any text.
_LEXICAL = re.compile(r'"""(?:[^"\\]|\\"""|\\|"(?!""))*+(?:""")?|"(?:[^"\\\n\r]|\\.)*+"?|#[^\n\r]*+|[{(\[]|[})\]]')
_OPENING = frozenset("{([")
_CLOSING = frozenset("})]")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLimits:
    """`size` in bytes of UTF-8; `nesting` counts open brackets; `repeats` mentions of one field in one place.

    `fields`, `aliases` and `directives` are those of one operation, its fragments spread out; `spreads` are the
    mentions of fragments in the whole document.
    """

    size: Count = 65_536
    nesting: Count = 100
    tokens: Count = 5_000
    depth: Count = 30
    fields: Count = 5_000
    root_fields: Count = 50
    repeats: Count = 50
    aliases: Count = 200
    directives: Count = 200
    spreads: Count = 200


def check_text(text: str, limits: DocumentLimits) -> None:
    """Raises Refused where the text is too large or too deep to be parsed."""
    if len(text) > limits.size or len(text.encode(errors="replace")) > limits.size:
        raise Refused(Code.BAD_USER_INPUT, f"The document is larger than {limits.size} bytes.")
    depth = 0
    for token in _LEXICAL.finditer(text):
        bracket = token[0]
        if bracket in _OPENING:
            depth += 1
            if depth > limits.nesting:
                raise Refused(Code.BAD_USER_INPUT, f"The document is nested deeper than {limits.nesting} levels.")
        elif bracket in _CLOSING:
            depth -= 1
