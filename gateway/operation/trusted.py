"""Trusted documents: the only operations that a gateway runs which was started with a manifest.

The manifest is JSON as clients' build tools write it: an object of ids and texts (Relay, graphql-codegen), pairs of
them (older Relay), or Apollo's `apollo-persisted-query-manifest`. Each document is understood and costed before the
gateway starts; one that could never run stops it with a sentence.
"""

import hashlib
import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from gateway.domain.caller import CallerKind
from gateway.domain.refusal import Refused
from gateway.operation.allowances import LimitSettings
from gateway.operation.budget import Budget, Estimate, hold, limits_of
from gateway.operation.document import Documents, Understood
from gateway.operation.masking import masked

APOLLO = "apollo-persisted-query-manifest"


class UntrustedManifest(ValueError):
    """Why a gateway cannot start with a manifest, naming the operation."""


class TrustedDocuments:
    """By id, by the SHA-256 of their text, and by that with the prefix `sha256:`."""

    def __init__(
        self, texts: Mapping[str, str], documents: Documents, budget: Budget | None, limits: LimitSettings
    ) -> None:
        self._by_id: dict[str, Understood] = {}
        for id_, text in texts.items():
            understood = _understood(id_, text, documents)
            if budget is not None:
                _check_cost(id_, understood, budget, limits)
            for alias in (id_, digest := hashlib.sha256(text.encode()).hexdigest(), f"sha256:{digest}"):
                self._by_id.setdefault(alias, understood)
        self._count = len(texts)

    def get(self, id_: str) -> Understood | None:
        return self._by_id.get(id_)

    def __iter__(self) -> Iterator[Understood]:
        """Each document once."""
        return iter({understood.digest: understood for understood in self._by_id.values()}.values())

    def __len__(self) -> int:
        return self._count


def texts_of(manifest: Path) -> dict[str, str]:
    """Ids and texts. Raises UntrustedManifest where the file is none of the known shapes."""
    try:
        said = orjson.loads(manifest.read_bytes())
    except OSError as problem:
        raise UntrustedManifest(f"{manifest} cannot be read: {problem.strerror}") from None
    except orjson.JSONDecodeError as problem:
        raise UntrustedManifest(f"{manifest}:{problem.lineno}: is not JSON") from None
    texts: dict[str, str] = {}
    for id_, text in _pairs(manifest, said):
        if not isinstance(id_, str) or not id_ or not isinstance(text, str):
            raise UntrustedManifest(f"{manifest}: {_shown(id_)} must have an id and a text, both strings")
        if texts.setdefault(id_, text) != text:
            raise UntrustedManifest(f"{manifest}: the id {_shown(id_)} stands for two texts")
    if not texts:
        raise UntrustedManifest(f"{manifest} holds no operation")
    return texts


def _pairs(manifest: Path, said: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(said, dict) and "format" in said:
        if said["format"] != APOLLO or said.get("version") != 1 or not isinstance(said.get("operations"), list):
            raise UntrustedManifest(f"{manifest}: of Apollo's manifests, version 1 of {APOLLO} is read")
        for operation in said["operations"]:
            if not isinstance(operation, dict):
                raise UntrustedManifest(f"{manifest}: an operation is no object")
            yield operation.get("id"), operation.get("body")
    elif isinstance(said, dict):
        yield from said.items()
    elif isinstance(said, list) and all(isinstance(pair, list) and len(pair) == 2 for pair in said):
        yield from said
    else:
        raise UntrustedManifest(f"{manifest} is neither an object of ids and texts nor a manifest of Apollo's")


def _understood(id_: str, text: str, documents: Documents) -> Understood:
    understood = documents.understood(text)
    if isinstance(understood, Understood):
        return understood
    error = understood[0]
    line = f", line {error.locations[0].line}" if error.locations else ""
    raise UntrustedManifest(f"the trusted document {_shown(id_)}{_name_in(text)}{line}: {masked(error)}")


def _check_cost(id_: str, understood: Understood, budget: Budget, limits: LimitSettings) -> None:
    for name, operation in understood.operations.items():
        try:
            least = budget.estimate(understood, operation, _Least())
            _fits_somebody(least, limits)
        except Refused as refused:
            told = ", ".join(f"{what} {value}" for what, value in refused.details.items())
            raise UntrustedManifest(
                f"the trusted document {_shown(id_)}, operation {name or 'without a name'}, could never run: "
                f"{refused.message}{f' ({told})' if told else ''}"
            ) from None


def _fits_somebody(least: Estimate, limits: LimitSettings) -> None:
    refusals = []
    for kind in CallerKind:
        try:
            hold(least, limits_of(kind, limits.of(kind)))
        except Refused as refused:
            refusals.append(refused)
        else:
            return
    raise refusals[-1]


class _Least(dict[str, Any]):
    """Variables under which an operation is as small as it can be: one entry a list, no condition fulfilled."""

    def get(self, _name: object, _default: object = None) -> Any:
        return 1


def _shown(id_: object) -> str:
    text = str(id_)
    return f"'{text[:16]}…'" if len(text) > 20 else f"'{text}'"


def _name_in(text: str) -> str:
    """A document that cannot be understood is named as far as its text goes."""
    words = text.replace("(", " ").replace("{", " ").split()
    for kind, name in itertools.pairwise(words):
        if kind in {"query", "mutation", "subscription"} and name.isidentifier():
            return f", operation {name}"
    return ""
