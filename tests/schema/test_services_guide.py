"""The guide's table of services: each request is in it, and each field that it names is in the graph."""

import re
from pathlib import Path

import pytest

from gateway.domain.service import Service
from gateway.domain.services import SERVICES
from gateway.schema import build_schema

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "services.md"
ROOT = GUIDE.parents[2]
COLUMNS = 5


def rows() -> list[list[str]]:
    """number, fa, en, field, rules."""
    lines = [line for line in GUIDE.read_text().splitlines() if line.count("|") == COLUMNS + 1]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.mark.parametrize("service", SERVICES.values(), ids=lambda service: service.name)
def test_every_service_has_its_line(service: Service) -> None:
    mutation, plan = service.mutation, service.plan
    numbers = [row[0] for row in rows() if f"`{mutation}`" in row[3]]
    assert len(numbers) == 1, f"give {mutation} one line in docs/guide/services.md"
    assert numbers == [plan] or not plan[:1].isdigit()


def test_every_field_that_the_table_names_is_there() -> None:
    types = build_schema()._schema.type_map
    for row in rows():
        for named in re.findall(r"`([A-Za-z.]+)`", row[3]):
            owner, _, field = named.rpartition(".")
            assert field in types[owner or "Mutation"].fields, named  # type: ignore[attr-defined]


def test_every_file_of_rules_is_there() -> None:
    named = [path for row in rows() for path in re.findall(r"`([\w/.]+\.py)`", row[4])]
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_services_that_no_source_names_are_said_to_be_unnamed() -> None:
    unnamed = {row[0]: row[1] for row in rows() if row[3] == "none"}
    assert unnamed == {"18-23": "two that no source names", "29-30": "one that no source names"}
