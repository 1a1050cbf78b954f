"""What may stand in a log line: an event in fixed words, and few keys that are no field of a person."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEVELS = frozenset({"debug", "info", "warning", "warn", "error", "exception", "critical", "msg", "log", "bind"})
LOGS = re.compile(r"^_?log(ger)?$|^structlog$|^logging$")
BINDERS = frozenset({"bound_contextvars", "bind_contextvars"})

# Key -> what it says. A key that is also the name of a sensitive field says why it is none here.
WORDS = {
    "before": "the state of a payment before a step",
    "client": "the network of the address, /24 or /48",
    "contract": "the name of a contract",
    "contracts": "how many",
    "correlation_id": "drawn by us, or checked to be no code",
    "counts": "how many windows of a limit",
    "error": "a code of RFC 6750",
    "events": "how many",
    "exception": "the type of an exception",
    "failure": "the message of a failure of ours",
    "fault": "the type of an exception",
    "file": "a file of ours",
    "issuer": "the address of a token's issuer",
    "kind": "of an operation: query or mutation; nothing of insurance",
    "line": "in a file of ours",
    "method": "of HTTP",
    "ms": "how long it took",
    "operation": "its name, digits masked",
    "path": "one of the few known",
    "pause": "in seconds",
    "problem": "the message of a failure of ours",
    "reason": "a fixed sentence; nothing of a debt",
    "register": "the name of a register",
    "state": "how far a payment has come; nothing of whose",
    "status": "of HTTP; nothing of a person",
    "system": "one of the back offices, with the code of the branch that a database belongs to",
    "trace": "frames without values",
    "trace_id": "of W3C trace context",
}
# Exceptions whose messages we write, for the log: fixed sentences without any value that came from outside.
OUR_MESSAGES = frozenset({"ContractError", "SinkUnavailable", "SourceFailure", "StoreUnavailable", "Unauthenticated"})


def log_calls(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        match node.func:
            case ast.Attribute(value=ast.Name(id=owner), attr=level) if LOGS.match(owner) and level in LEVELS:
                yield node
            case ast.Name(id=name) if name in BINDERS:
                yield node


def wrongs(source: str, name: str) -> list[str]:
    found = []
    tree = ast.parse(source)
    for call in log_calls(tree):
        where = f"{name}:{call.lineno}"
        binds = isinstance(call.func, ast.Name) or call.func.attr == "bind"  # type: ignore[attr-defined]
        if not binds and not (len(call.args) == 1 and isinstance(call.args[0], ast.Constant)):
            found.append(f"{where}: log an event in fixed words, and what varies under a key")
        for keyword in call.keywords:
            if keyword.arg is not None and keyword.arg not in WORDS:
                found.append(
                    f"{where}: {keyword.arg} is no word of our logs: list it in WORDS and say why it may stand"
                )
            if not _is_ours(keyword.value, call, tree) and _spills(keyword.value):
                found.append(f"{where}: {keyword.arg} may repeat what an exception or a value says: log its type")
    return found


def _is_ours(value: ast.expr, call: ast.Call, tree: ast.Module) -> bool:
    """Whether the value is `str(x)` of an exception of OUR_MESSAGES, or `str(path)` of a file."""
    match value:
        case ast.Call(func=ast.Name(id="str"), args=[ast.Name(id=name)]):
            pass
        case ast.Call(func=ast.Name(id="str"), args=[ast.Attribute(attr="file")]):
            return True
        case _:
            return False
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and node.name == name and call in list(ast.walk(node)) and node.type:
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            return all(isinstance(each, ast.Name) and each.id in OUR_MESSAGES for each in caught)
    return False


def _spills(value: ast.expr) -> bool:
    """An f-string, or the text of a thing: both may hold what a caller or a system said."""
    for node in ast.walk(value):
        match node:
            case ast.JoinedStr() | ast.Attribute(attr="digits" | "args" | "message"):
                return True
            case ast.Call(func=ast.Name(id="str" | "repr" | "format" | "vars")):
                return True
    return False


def sensitive_fields() -> set[str]:
    fields = re.findall(r"^  (\w+)(?:\([^)]*\))?: [^\n]*@sensitive", (ROOT / "schema.graphql").read_text(), re.M)
    assert len(fields) > 80
    return {re.sub(r"(?<!^)(?=[A-Z])", "_", field).lower() for field in fields} | set(fields)


def test_log_lines_hold_an_event_and_listed_words_only() -> None:
    found = []
    for folder in ("gateway", "adapters"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            found += wrongs(path.read_text(), str(path.relative_to(ROOT)))
    assert not found, "\n".join(found)


def test_no_sensitive_field_of_the_schema_is_a_word_of_the_logs() -> None:
    said_to_be_other = {word for word, meaning in WORDS.items() if "; nothing of" in meaning}
    assert not (sensitive_fields() & set(WORDS)) - said_to_be_other


@pytest.mark.parametrize(
    "line",
    [
        'log.info("citizen.asked", national_id=person)',
        'log.info(f"asked {person}")',
        '_log.error("x.failed", reason=str(error))',
        '_log.error("x.failed", reason=f"{error}")',
        'log.info("asked", path=person.digits)',
        "bound_contextvars(first_name=name)",
        'logging.warning("no such %s", person)',
        "_log.bind(person=person)",
    ],
)
def test_a_line_that_could_tell_of_a_person_is_found(line: str) -> None:
    assert wrongs(line, "here")
