"""Automatic persisted queries: by hash alone, registered with their text, for callers with a name, bounded."""

import hashlib

import pytest

from gateway.domain.refusal import Refused
from gateway.operation.document import Documents, Understood
from gateway.operation.engine import graph_of
from gateway.operation.persisted import Meant, Persisted, takes_personal_values
from gateway.schema import build_schema
from tests.operation.limits.conftest import Purses


def hash_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


ME = "{ me { nationalId } }"


def refusal_of(persisted: Persisted, meant: Meant, *, nameless: bool = False) -> str:
    with pytest.raises(Refused) as raised:
        persisted.understood(meant, nameless=nameless)
    return raised.value.message


def test_a_hash_is_known_once_its_text_was_sent(real_documents: Documents) -> None:
    persisted = Persisted(real_documents)
    by_hash = Meant(None, hash_of(ME))
    assert refusal_of(persisted, by_hash) == "PersistedQueryNotFound"
    first = persisted.understood(Meant(ME, hash_of(ME)), nameless=False)
    assert isinstance(first, Understood)
    assert persisted.understood(by_hash, nameless=False) is first
    assert persisted.understood(Meant(None, f"sha256:{hash_of(ME)}"), nameless=False) is first


def test_a_hash_of_another_text_is_refused(real_documents: Documents) -> None:
    persisted = Persisted(real_documents)
    assert "not the SHA-256" in refusal_of(persisted, Meant(ME, hash_of("{ me { id } }")))
    assert len(persisted) == 0


def test_the_nameless_neither_register_nor_learn_what_is(real_documents: Documents) -> None:
    persisted = Persisted(real_documents)
    text = "{ __typename }"
    assert isinstance(persisted.understood(Meant(text, hash_of(text)), nameless=True), Understood)
    assert len(persisted) == 0
    persisted.understood(Meant(text, hash_of(text)), nameless=False)
    assert refusal_of(persisted, Meant(None, hash_of(text)), nameless=True) == "PersistedQueryNotSupported"


def test_a_document_that_is_not_valid_is_not_kept(real_documents: Documents) -> None:
    persisted, text = Persisted(real_documents), "{ nothing }"
    assert isinstance(persisted.understood(Meant(text, hash_of(text)), nameless=False), list)
    assert len(persisted) == 0


def test_those_used_last_are_kept_within_number_and_bytes(real_documents: Documents) -> None:
    persisted = Persisted(real_documents, kept=3, kept_bytes=200)
    texts = [f"query Q{n} {{ me {{ nationalId }} }}" for n in range(4)]
    for text in texts[:3]:
        persisted.understood(Meant(text, hash_of(text)), nameless=False)
    persisted.understood(Meant(None, hash_of(texts[0])), nameless=False)
    persisted.understood(Meant(texts[3], hash_of(texts[3])), nameless=False)
    assert refusal_of(persisted, Meant(None, hash_of(texts[1]))) == "PersistedQueryNotFound"
    persisted.understood(Meant(None, hash_of(texts[0])), nameless=False)
    long = ME + " " * 150
    persisted.understood(Meant(long, hash_of(long)), nameless=False)
    assert len(persisted) == 1


@pytest.mark.parametrize(
    ("text", "personal"),
    [
        ("query($first: Int, $after: String) { me { payments(first: $first, after: $after) { totalCount } } }", False),
        (
            "query($k: ClaimOrderKind) { node(id: 1) { ... on Workshop { claimOrders(kind: $k) { __typename } } } }",
            False,
        ),
        ("query($id: NationalId!) { person(nationalId: $id) { id } }", True),
        ("query($ids: [PersonRef!]!) { persons(nationalIds: $ids) { code } }", True),
        ("{ me { id } }", False),
    ],
)
def test_variables_that_say_who_somebody_is_are_told_from_the_others(purse: Purses, text: str, personal: bool) -> None:
    _, operation = purse().understood(text)
    assert takes_personal_values(operation, graph_of(build_schema())) is personal
