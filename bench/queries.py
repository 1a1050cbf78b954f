"""The three questions, in the peers' words and in ours, and the way from our answers to the shape of theirs.

Q1: one person with five dependants, 24 records, debts, payments and unemployment. Q2: 50 such persons without debts and
payments. Q3: three fields of one person. The peers' schema is flat, `peers/schema.graphql`; ours is what it is.
"""

import json
from collections.abc import Sequence
from random import Random
from typing import Any

QUERIES = ("Q1", "Q2", "Q3")
PERSONS_AT_ONCE = 50  # of Q2

_DEPENDENTS = "dependents { nationalId firstName lastName relation birthDate }"
_CONTRIBUTIONS = "contributions { month workshop workshopName kind days wage }"
_UNEMPLOYMENT = "unemployment { stage approval lostJobOn drawnMonths }"
PEERS = {
    "Q1": "query Q1($id: String!) { person(nationalId: $id) { "
    f"nationalId firstName lastName fatherName birthDate gender lifeStatus issuePlace {_DEPENDENTS} {_CONTRIBUTIONS} "
    "debts { number stage amount remaining issued } "
    f"payments {{ identifier state amount traceNumber confirmedAt }} {_UNEMPLOYMENT} }} }}",
    "Q2": "query Q2($ids: [String!]!) { persons(nationalIds: $ids) { nationalId firstName lastName "
    f"{_DEPENDENTS} {_CONTRIBUTIONS} {_UNEMPLOYMENT} }} }}",
    "Q3": "query Q3($id: String!) { person(nationalId: $id) { nationalId firstName lastName } }",
}

_OUR_DEPENDENTS = "dependents { nationalId firstName lastName relation birthDate: birth { jalali } }"
_OUR_CONTRIBUTIONS = (
    "contributions: contributionRecords(first: 24) { nodes { month workshop workshopName kind days wage } }"
)
_OUR_UNEMPLOYMENT = "unemployment { stage approval lostJobOn { jalali } drawnMonths }"
OURS = {
    "Q1": "query Q1($id: NationalId!) { person(nationalId: $id) { identity { nationalId firstName lastName fatherName "
    "birthDate: birth { jalali } gender lifeStatus shenasname { issuePlace } } "
    f"{_OUR_DEPENDENTS} {_OUR_CONTRIBUTIONS} debts {{ nodes {{ number stage amount remaining issued {{ jalali }} }} }} "
    f"payments {{ nodes {{ identifier state amount traceNumber confirmedAt }} }} {_OUR_UNEMPLOYMENT} }} }}",
    "Q2": "query Q2($ids: [PersonRef!]!) { persons(nationalIds: $ids) { person { "
    f"identity {{ nationalId firstName lastName }} {_OUR_DEPENDENTS} {_OUR_CONTRIBUTIONS} {_OUR_UNEMPLOYMENT} }} }} }}",
    "Q3": "query Q3($id: NationalId!) { person(nationalId: $id) { identity { nationalId firstName lastName } } }",
}
_OPENED = ("nodes", "jalali", "person")  # what stands between a field and its value, under a person
_MERGED = ("identity", "shenasname")  # whose fields are the person's own in the peers' shape


def bodies(
    query: str, texts: dict[str, str], persons: Sequence[str], count: int, seed: str, *, at_once: int = PERSONS_AT_ONCE
) -> list[bytes]:
    """Request bodies about random persons, the same ones for each peer by the same seed.

    Everybody has their turn before anybody has a second one, so that requests in flight are about different persons.
    """
    rng, turns, made = Random(f"{query}-{seed}"), list[str](), []  # noqa: S311
    each = at_once if query == "Q2" else 1
    for _ in range(count):
        if len(turns) < each:
            turns = rng.sample(list(persons), len(persons))
        asked, turns = turns[:each], turns[each:]
        variables = {"ids": asked} if query == "Q2" else {"id": asked[0]}
        made.append(json.dumps({"operationName": query, "query": texts[query], "variables": variables}).encode())
    return made


def as_the_peers_say_it(answer: Any) -> Any:
    """Our answer in the peers' shape; an answer of theirs stays as it is."""
    return (
        answer | {"data": {name: _flat(value) for name, value in answer["data"].items()}}
        if answer.get("data")
        else answer
    )


def _flat(value: Any) -> Any:
    if isinstance(value, list):
        return [_flat(each) for each in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((name, inner),) = value.items()
        if name in _OPENED:
            return _flat(inner)
    flat: dict[str, Any] = {}
    for name, inner in value.items():
        if name in _MERGED:
            flat |= _flat(inner) or {}
        else:
            flat[name] = _flat(inner)
    return flat
