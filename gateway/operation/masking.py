"""What GraphQL itself says about a bad document or variable, without the values that it likes to repeat.

A value in a request may be a national code. So a sentence of graphql-core passes only if its form is known here and
quotes nothing but names and types; any other is rewritten from the parts that are: which variable or argument, where in
it, and why, where the reason is a sentence of our own domain.
"""

import re
from collections.abc import Iterator

from graphql import GraphQLError, GraphQLSyntaxError

from gateway.domain.failure import Code
from gateway.domain.refusal import Refused

_QUOTED = re.compile(r"'[@$]?[A-Za-z_][A-Za-z0-9_.!()\[\]:]*'|'\[[A-Za-z0-9_!\[\]]+'")
_SUGGESTION = re.compile(r" Did you mean (?:to use an inline fragment on )?(?:'[A-Za-z0-9_]+'(?:, or | or |, )?)+\?$")
_DIGITS = re.compile(r"[0-9۰-۹٠-٩]{6,}")
_PLACE = re.compile(
    r"^(?P<place>(?:Variable '\$[A-Za-z0-9_]+'|Argument '[A-Za-z0-9_]+') has invalid (?:default )?value"
    r"(?: at [A-Za-z0-9_.\[\]]+)?)(?=:)"
)
_TYPE = re.compile(r"Expected (?:a )?value of (?:non-null )?type ('[A-Za-z0-9_!\[\]]+')")
_INCLUDE = re.compile(r"to include required field ('[A-Za-z0-9_]+')")
_BUILT_IN = re.compile(r"\b(Int|Float|String|Boolean|ID) cannot represent")
_ENUM = re.compile(r"(?:Enum ('[A-Za-z0-9_]+') cannot represent|does not exist in ('[A-Za-z0-9_]+') enum)")

_KNOWN = frozenset(
    {
        "Cannot query field _ on type _.",
        "Unknown argument _ on field _.",
        "Unknown argument _ on directive _.",
        "Unknown directive _.",
        "Unknown fragment _.",
        "Unknown type _.",
        "Fragment _ is never used.",
        "Fragment _ cannot condition on non composite type _.",
        "Fragment cannot condition on non composite type _.",
        "Fragment _ cannot be spread here as objects of type _ can never be of type _.",
        "Fragment cannot be spread here as objects of type _ can never be of type _.",
        "Cannot spread fragment _ within itself.",
        "Variable _ is not defined.",
        "Variable _ is not defined by operation _.",
        "Variable _ is never used.",
        "Variable _ is never used in operation _.",
        "Variable _ of type _ used in position expecting type _.",
        "Variable _ cannot be non-input type _.",
        "Field _ must not have a selection since type _ has no subfields.",
        "Field _ of type _ must have a selection of subfields.",
        "Argument _ of type _ is required, but it was not provided.",
        "Argument _ of required type _ was not provided.",
        "There can be only one operation named _.",
        "There can be only one fragment named _.",
        "There can be only one variable named _.",
        "There can be only one argument named _.",
        "There can be only one input field named _.",
        "The directive _ can only be used once at this location.",
        "This anonymous operation must be the only defined operation.",
        "The mutation operation is not supported by the schema.",
        "The subscription operation is not supported by the schema.",
        "The _ definition is not executable.",
        "Fields _ conflict because they have differing arguments."
        " Use different aliases on the fields to fetch both if this was intentional.",
        "Fields _ conflict because _ and _ are different fields."
        " Use different aliases on the fields to fetch both if this was intentional.",
        "Variable _ has invalid value: Expected a value of non-null type _ to be provided.",
        "Variable _ has invalid value: Expected value of non-null type _ not to be None.",
        "Argument _ has invalid value: Expected variable _ provided to non-null type _ not to be None.",
        "Too many validation errors, error limit reached. Validation aborted.",
        "Validation aborted.",
    }
)
_KNOWN_SYNTAX = re.compile(
    r"Syntax Error: (?:Unterminated string\."
    r"|Document contains more than [0-9]{1,7} tokens\. Parsing aborted\."
    r"|Document is nested too deeply\. Parsing aborted\."
    r"|(?:Expected (?:Name|'[^\w\s]{1,3}'|'[a-z]{1,12}'), found|Unexpected) (?:<EOF>|'[^\w\s]{1,3}')\.)"
)


def masked(error: GraphQLError) -> str:
    """A sentence for the developer of a client, in English. Holds no value of the request."""
    if isinstance(error, GraphQLSyntaxError):
        known = _KNOWN_SYNTAX.fullmatch(error.message)
        return known[0] if known else "Syntax Error: the document cannot be read here."
    reason = _own_reason(error)
    if reason is None and _QUOTED.sub("_", _SUGGESTION.sub("", error.message)) in _KNOWN:
        return _DIGITS.sub("***", error.message)
    if reason == error.message:
        return _DIGITS.sub("***", reason)
    place = _PLACE.match(error.message)
    where = place["place"] if place else "A value in the document is invalid"
    return _DIGITS.sub("***", f"{where}: {reason or _reason(error.message)}")


def _reason(message: str) -> str:
    if found := _INCLUDE.search(message):
        return f"the field {found[1]} is missing."
    if "not to include unknown field" in message:
        return "it has a field that its type does not know."
    if found := _ENUM.search(message):
        return f"it is not one of the values of {found[1] or found[2]}."
    if found := _TYPE.search(message):
        return f"expected a value of type {found[1]}."
    if found := _BUILT_IN.search(message):
        return f"expected a value of type '{found[1]}'."
    return "it does not fit its type."


def _own_reason(error: GraphQLError) -> str | None:
    """The sentence of our own refusal, or of a check in the domain: those promise never to repeat the value."""
    for cause in reversed(list(causes(error))):
        if isinstance(cause, Refused):
            return cause.message
        if isinstance(cause, GraphQLError) and own_code(cause):
            return cause.message
        if isinstance(cause, ValueError) and _raised_in_domain(cause) and not set("'\":") & set(str(cause)):
            return str(cause)
    return None


def own_code(error: GraphQLError) -> Code | None:
    """The code that our own scalars and resolvers give an error they raise; graphql-core gives none."""
    try:
        return Code((error.extensions or {}).get("code"))
    except ValueError:
        return None


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and what it wraps, from the outside in."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.original_error if isinstance(error, GraphQLError) else None


def _raised_in_domain(error: BaseException) -> bool:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return trace is not None and str(trace.tb_frame.f_globals.get("__name__", "")).startswith("gateway.domain.")
