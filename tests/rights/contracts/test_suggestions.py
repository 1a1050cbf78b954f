"""What may have been meant is told to developers alone: it names fields of the whole graph."""

import pytest
import strawberry

from gateway.operation.document import Documents, Understood
from gateway.operation.masking import masked

MISSPELT = {
    "{ me { identty { firstName } } }": "'identity'",
    "{ me { id ... on Persn { id } } }": "'Person'",
    '{ person(nationlId: "x") { id } }': "'nationalId'",
    '{ node(id: "x") { nationalId } }': "an inline fragment on 'Person'",
}


def sentences(schema: strawberry.Schema, text: str, *, suggestions: bool) -> str:
    found = Documents(schema).understood(text, suggestions=suggestions)
    assert not isinstance(found, Understood)
    return "\n".join(map(masked, found))


@pytest.mark.parametrize(("text", "meant"), MISSPELT.items())
def test_only_who_may_have_suggestions_gets_them(schema: strawberry.Schema, text: str, meant: str) -> None:
    assert meant in sentences(schema, text, suggestions=True)
    assert "mean" not in sentences(schema, text, suggestions=False)


def test_a_suggestion_repeats_no_value_of_the_request(schema: strawberry.Schema) -> None:
    text = '{ workshop(code: "0013542419", branch: "0070") { debts(first: "0013542419") { nodes { nmber } } } }'
    assert "0013542419" not in sentences(schema, text, suggestions=True)
