"""Manifests as clients' tools write them, and what does not let a gateway start."""

import hashlib
from pathlib import Path
from typing import Any

import orjson
import pytest

from gateway.operation.allowances import Allowance, LimitSettings, OwnAllowance, SandboxAllowance
from gateway.operation.document import Understood
from gateway.operation.trusted import TrustedDocuments, UntrustedManifest, texts_of
from tests.operation.limits.conftest import Purses

ME = "query Me { me { nationalId } }"
RECORDS = "query Records($first: Int) { me { contributionRecords(first: $first) { complete } } }"
HASH = hashlib.sha256(ME.encode()).hexdigest()
SMALL = LimitSettings(
    citizen=OwnAllowance(field_cost=15),
    employer=OwnAllowance(field_cost=15),
    agency=Allowance(field_cost=15),
    developer=SandboxAllowance(field_cost=15),
    operator=Allowance(field_cost=15),
)


def written(folder: Path, content: Any) -> Path:
    path = folder / "manifest.json"
    path.write_bytes(content if isinstance(content, bytes) else orjson.dumps(content))
    return path


def apollo(*operations: dict[str, Any], version: int = 1) -> dict[str, Any]:
    return {"format": "apollo-persisted-query-manifest", "version": version, "operations": list(operations)}


@pytest.mark.parametrize(
    "manifest",
    [
        pytest.param({"abc": ME}, id="relay"),
        pytest.param([["abc", ME]], id="older-relay"),
        pytest.param({HASH: ME}, id="graphql-codegen"),
        pytest.param(apollo({"id": "abc", "name": "Me", "type": "query", "body": ME}), id="apollo"),
    ],
)
def test_each_tools_manifest_is_read(tmp_path: Path, purse: Purses, manifest: Any) -> None:
    texts = texts_of(written(tmp_path, manifest))
    trusted = TrustedDocuments(texts, purse().documents, purse().budget, LimitSettings())
    assert len(trusted) == 1
    for id_ in (*texts, HASH, f"sha256:{HASH}"):
        understood = trusted.get(id_)
        assert isinstance(understood, Understood)
        assert "Me" in understood.operations
    assert trusted.get("another") is None


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "manifest.json:1: is not JSON"),
        (b'"text"', "neither an object of ids and texts"),
        ({}, "holds no operation"),
        ({"abc": 7}, "'abc' must have an id and a text"),
        (apollo({"id": "abc", "name": "Me", "type": "query"}), "'abc' must have an id and a text"),
        (apollo(version=2), "version 1"),
        (apollo({"id": "a", "body": ME}, {"id": "a", "body": RECORDS}), "'a' stands for two texts"),
    ],
)
def test_a_file_that_is_no_manifest_says_why(tmp_path: Path, content: Any, said: str) -> None:
    with pytest.raises(UntrustedManifest, match=said):
        texts_of(written(tmp_path, content))


def test_a_manifest_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(UntrustedManifest, match="cannot be read: No such file"):
        texts_of(tmp_path / "none.json")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("query Mine { me { nickname } }", "'abc', operation Mine, line 1: Cannot query field 'nickname'"),
        ("query Mine { me ", "'abc', operation Mine, line 1: Syntax Error"),
        ("{ ...F } fragment F on Query { ...F }", "The fragment 'F' spreads itself"),
    ],
)
def test_a_document_that_is_not_valid_stops_the_start_by_its_name(purse: Purses, text: str, said: str) -> None:
    with pytest.raises(UntrustedManifest, match=said):
        TrustedDocuments({"abc": text}, purse().documents, purse().budget, LimitSettings())


def test_a_document_that_nobody_could_ever_run_stops_the_start(purse: Purses) -> None:
    both = "query Both { me { identity { firstName } payments { totalCount } } }"
    with pytest.raises(UntrustedManifest, match=r"'abc', operation Both, could never run: .*cost 31, limit 15"):
        TrustedDocuments({"abc": both}, purse().documents, purse(SMALL).budget, SMALL)


def test_a_document_is_measured_by_its_smallest_use(purse: Purses) -> None:
    large = """query Many($ids: [PersonRef!]!, $more: Boolean!) { persons(nationalIds: $ids) {
        person { nationalId pension @include(if: $more) { kind } insurance { status } } } }"""
    assert len(TrustedDocuments({"abc": large}, purse().documents, purse(SMALL).budget, SMALL)) == 1
