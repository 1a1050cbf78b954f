"""The real graph, the folder of shipped contracts, and a contract in text from which bad ones are made."""

from collections.abc import Callable
from pathlib import Path

import pytest
import strawberry
from graphql import GraphQLSchema

from gateway.rights.grantable import Grantable
from gateway.schema import build_schema
from gateway.schema.grantable import grantable_of

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = ROOT / "contracts"

SOUND = """\
name = "archive"
clients = ["archive", "archive-batch"]
relation = "archive"
rate_per_minute = 10
daily_quota = 100
starts = 2026-11-01
expires = 2027-10-31
legal_basis = "Art. 1"

fields = [
  "Query.person",
  "Person.identity",
  "Identity.firstName",  # a comment, [with] "marks"
]

[agency]
fa = "بایگانی"
en = "Archive"

[purpose]
fa = "آزمون"
en = "Trying"
"""


@pytest.fixture(scope="session")
def schema() -> strawberry.Schema:
    return build_schema()


@pytest.fixture(scope="session")
def graph(schema: strawberry.Schema) -> GraphQLSchema:
    return schema._schema


@pytest.fixture(scope="session")
def grantable(graph: GraphQLSchema) -> Grantable:
    return grantable_of(graph)


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Writes a contract: SOUND with some of its text replaced."""

    def write(name: str = "archive.toml", **replaced: tuple[str, str]) -> Path:
        text = SOUND
        for old, new in replaced.values():
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write
