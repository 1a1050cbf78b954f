"""The judge: what may be released and asked, by the raw contract files alone, against what was released and asked.

Knows nothing of `gateway.rights` and nothing of admission. The rules it holds an answer to are written out here again,
from the text of the law (docs/guide/agencies.md says the same to agencies), so that two readings must agree.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLObjectType, get_named_type, is_leaf_type, value_from_ast_untyped

from tests.rights.property.asked import Asked, asked_by
from tests.rights.property.country import PEOPLE, SUPPORTS, Country
from tests.rights.property.operations import SCHEMA

# Which question each field puts to a system.
QUESTIONS = {
    "Person.identity": "citizens_by_national_id",
    "Person.photo": "photos_by_national_id",
    "Person.dependents": "dependents_by_supporter",
    "Person.insurance": "insurances_by_person",
    "Person.contributionSummary": "contribution_summaries_by_person",
    "Person.contributionRecords": "contribution_pages",
    "Person.pension": "pensions_by_person",
    "Person.unemployment": "unemployment_cases_by_person",
    "UnemploymentCase.entitlement": "contribution_summaries_by_person",
    "Person.payments": "payments_by_payer",
    "Person.debts": "debt_pages_by_person",
    "Debt.ledger": "ledgers_by_debt",
    "Query.workshop": "workshops_by_key",
    "Query.node": "workshops_by_key",
    "Workshop.debts": "debt_pages_by_workshop",
    "Workshop.claimOrders": "claim_orders_by_workshop",
}
# What holds no fact: it follows the field that leads to it. Of a Day the whole is the fact.
FACTLESS_TYPES = frozenset({"Query", "Provenance", "PageInfo", "Gap", "Day"})
FACTLESS_FIELDS = frozenset({"id", "provenance", "edges", "nodes", "node", "cursor", "pageInfo", "complete", "gaps"})
FACTLESS = frozenset(
    {"PersonItem.nationalId", "PersonItem.person", "PersonItem.code", "ClaimOrders.entries", "Ledger.entries"}
)
OF_DEPENDANT = frozenset({"Identity", "Shenasname", "Insurance", "InsuranceLink"})
OF_WORKSHOP = frozenset({"Workshop", "ClaimOrders", "ClaimOrder", "Debt", "Ledger", "LedgerEntry"})


def needs_a_right(coordinate: str) -> bool:
    """Whether a contract must name it. `gaps` of the summary are facts; those of a list are not."""
    owner, _, name = coordinate.partition(".")
    if coordinate == "__typename" or owner in FACTLESS_TYPES or coordinate in FACTLESS:
        return False
    return coordinate == "ContributionSummary.gaps" or name not in FACTLESS_FIELDS


def _facts() -> frozenset[str]:
    """The leaves and days that hold facts, by coordinate."""
    found = set()
    for owner, type_ in SCHEMA.type_map.items():
        if not isinstance(type_, GraphQLObjectType) or owner.startswith("__"):
            continue
        for name, definition in type_.fields.items():
            kind = get_named_type(definition.type)
            if needs_a_right(f"{owner}.{name}") and (is_leaf_type(kind) or kind.name == "Day"):
                found.add(f"{owner}.{name}")
    return frozenset(found)


FACTS = _facts()


def _scopes() -> dict[str, list[set[str]]]:
    """What each field needs, as the printed schema says it: all of one of the lists."""
    found = {}
    for owner, type_ in SCHEMA.type_map.items():
        if isinstance(type_, GraphQLObjectType) and not owner.startswith("__"):
            for name, definition in type_.fields.items():
                assert definition.ast_node
                said = next(d for d in definition.ast_node.directives or () if d.name.value == "requiresScopes")
                assert said.arguments
                lists = value_from_ast_untyped(said.arguments[0].value)
                found[f"{owner}.{name}"] = [set(one) for one in lists]
    return found


SCOPES = _scopes()


@dataclass(frozen=True, kw_only=True)
class Law:
    """What the papers said when a request began. `named` is None for callers who need no contract.

    `covered` are whom the contract's register holds, `protected` whom the protection list holds, `represented` whom
    the caller speaks for. `scopes` are those that the token names; None for one that names none and stands for all.
    """

    subject: str | None = None
    workshops: frozenset[str] = frozenset()
    named: frozenset[str] | None = None
    covered: frozenset[str] = frozenset()
    represented: frozenset[str] = frozenset()
    protected: frozenset[str] = frozenset()
    scopes: frozenset[str] | None = None

    def in_scope(self, coordinate: str) -> bool:
        """`graph`, for what holds no fact, is every token's."""
        if self.scopes is None or coordinate == "__typename":
            return True
        return any(needed <= self.scopes | {"graph"} for needed in SCOPES[coordinate])

    def dependants(self) -> frozenset[str]:
        """Of the caller's own, those whom the support still covers."""
        if self.subject not in PEOPLE or not self.in_scope("Person.dependents"):
            return frozenset()
        own = SUPPORTS.get(PEOPLE.index(self.subject), ())
        return frozenset(PEOPLE[n] for n, covered in own if covered) - self.protected

    def wholly(self, whose: str) -> bool:
        """Whether any fact about this person or workshop may be released, but for what a contract leaves out."""
        if self.named is not None:
            return whose in self.covered and whose not in self.protected
        if "@" in whose:
            return whose in self.workshops
        return whose == self.subject or (whose in self.represented and whose not in self.protected)

    def opens(self, coordinate: str, whose: str) -> bool:
        """A fact, or a field that leads to facts."""
        if not self.in_scope(coordinate):
            return False
        if not needs_a_right(coordinate):
            return self.wholly(whose) or whose in self.dependants()
        owner = coordinate.partition(".")[0]
        if self.wholly(whose):
            if self.named is not None:
                return coordinate in self.named
            return owner in OF_WORKSHOP or "@" not in whose
        if whose not in self.dependants():
            return False
        return owner in OF_DEPENDANT or coordinate in {"Person.nationalId", "Person.identity", "Person.insurance"}

    def lists(self, supporter: str) -> list[str]:
        """Whom a supporter's list of dependants shows: protected persons stand in nobody's."""
        return [
            PEOPLE[n]
            for n, _ in SUPPORTS.get(PEOPLE.index(supporter), ())
            if PEOPLE[n] == self.subject or PEOPLE[n] not in self.protected
        ]


@dataclass(frozen=True)
class Request:
    """`whole`: the caller wants all of it or nothing."""

    name: str
    text: str
    variables: Mapping[str, Any]
    law: Law
    whole: bool = False


@dataclass
class Verdict:
    """`wrongs` must be empty; `released` counts facts, `refused` fields that came back FORBIDDEN."""

    wrongs: list[str] = field(default_factory=list)
    released: int = 0
    refused: int = 0


def judged(
    request: Request,
    body: bytes,
    wanted: set[tuple[str, str]],
    country: Country,
    named_by_id: Mapping[str, str],
) -> Verdict:
    """`wanted` holds (question, whose) of this request; `named_by_id` says what each node id names."""
    verdict = Verdict()
    answer = json.loads(body)
    kinds = {id_: "Workshop" if "@" in named else "Person" for id_, named in named_by_id.items()}
    asked = asked_by(request.text, request.variables, kinds)
    trial = _Trial(request.law, named_by_id, answer.get("errors", []), verdict)
    codes = {e["extensions"]["code"] for e in answer.get("errors", [])}
    if answer.get("data") is not None:
        trial.objects(asked, answer["data"], (), "")
        if request.whole and "FORBIDDEN" in codes:
            verdict.wrongs.append("all or nothing was wished for, and a part was given")
    elif request.whole and codes == {"FORBIDDEN"}:
        verdict.refused += 1
    else:
        verdict.wrongs.append(f"a valid operation was not run: {answer.get('errors')}")
    for question, whose in sorted(wanted - trial.questions(asked)):
        verdict.wrongs.append(f"{question} was asked about {whose}, though nothing selected of it is open")
    _values(answer.get("data"), request.law, country, verdict)
    errors = json.dumps(answer.get("errors", []))
    for said in (*country.told, *PEOPLE):
        if isinstance(said, str) and said in errors:
            verdict.wrongs.append(f"an error repeats {country.told.get(said, said)}")
    return verdict


def _values(data: Any, law: Law, country: Country, verdict: Verdict) -> None:
    """Whatever the path says: a value that is known to be somebody's field must be open as such."""
    for value in _scalars(data):
        if value in country.told and not isinstance(value, bool):
            whose, coordinate = country.told[value]
            if not law.opens(coordinate, whose):
                verdict.wrongs.append(f"the answer holds {coordinate} of {whose}")


def _scalars(data: Any) -> Iterator[str | int]:
    match data:
        case dict():
            for each in data.values():
                yield from _scalars(each)
        case list():
            for each in data:
                yield from _scalars(each)
        case str() | int():
            yield data


def _is_key(asked: Asked, whose: str) -> bool:
    """Whether the field enters a person, and so asks nobody by itself."""
    return asked.coordinate in {"Query.me", "Query.person", "Query.node"} and whose in PEOPLE


class _Trial:
    def __init__(
        self, law: Law, named_by_id: Mapping[str, str], errors: list[dict[str, Any]], verdict: Verdict
    ) -> None:
        self._law = law
        self._named_by_id = named_by_id
        self._verdict = verdict
        self._codes = {tuple(e.get("path", ())): e["extensions"]["code"] for e in errors}

    # What the answer releases

    def objects(self, asked: list[Asked], said: dict[str, Any], path: tuple[Any, ...], whose: str) -> None:
        if set(said) != {each.key for each in asked}:
            self._verdict.wrongs.append(f"{path} has other keys than were asked for")
        for each in asked:
            if each.key in said:
                self._field(each, said[each.key], (*path, each.key), whose)

    def _field(self, asked: Asked, said: Any, path: tuple[Any, ...], whose: str) -> None:
        law, wrongs = self._law, self._verdict.wrongs
        if not self._enters(asked):
            if said is not None:
                wrongs.append(f"{asked.coordinate} is no way in under this contract, and was answered at {path}")
            return
        whose = self._whose(asked, whose)[0] if asked.coordinate != "Query.persons" else ""
        fact = asked.coordinate in FACTS
        may = law.opens(asked.coordinate, whose) if whose else not needs_a_right(asked.coordinate)
        must = may and (fact or asked.is_leaf or not whose or self._something_open(asked, whose))
        if asked.coordinate in QUESTIONS and not _is_key(asked, whose):
            may = must
        if said is None:
            self._nothing(asked, path, whose, may=may, must=must)
            return
        if whose and not may:
            wrongs.append(f"{asked.coordinate} of {whose} was released at {path}")
        if fact:
            self._verdict.released += 1
        if asked.is_leaf:
            return
        if asked.coordinate == "Query.persons":
            self._persons(asked, said, path)
        elif asked.coordinate == "Person.dependents":
            self._dependents(asked, said, path, whose)
        elif isinstance(said, list):
            for n, entry in enumerate(said):
                self.objects(asked.below, entry, (*path, n), whose)
        else:
            self.objects(asked.below, said, path, whose)

    def _nothing(self, asked: Asked, path: tuple[Any, ...], whose: str, *, may: bool, must: bool) -> None:
        code = next((self._codes[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self._codes), None)
        self._verdict.refused += code == "FORBIDDEN"
        if must and self._codes.get(path) == "FORBIDDEN":
            self._verdict.wrongs.append(f"{asked.coordinate} of {whose} is open and was refused at {path}")
        if not may and whose and code is None and asked.coordinate != "Query.me":
            self._verdict.wrongs.append(f"{asked.coordinate} of {whose} is closed and null without a word at {path}")

    def _persons(self, asked: Asked, said: list[Any], path: tuple[Any, ...]) -> None:
        references = asked.arguments["nationalIds"]
        if len(references) != len(said):
            self._verdict.wrongs.append("persons: another number of items than was asked for")
        for n, (reference, item) in enumerate(zip(references, said, strict=False)):
            open_ = reference in PEOPLE and self._law.opens("Person.id", reference)
            if (item["code"] is None) is not open_:
                self._verdict.wrongs.append(f"persons: {reference} has the code {item['code']}")
            for each in asked.below:
                at = item[each.key]
                if each.coordinate == "PersonItem.person" and at is not None:
                    if not open_:
                        self._verdict.wrongs.append(f"persons: {reference} was released")
                    self.objects(each.below, at, (*path, n, each.key), reference)
                elif each.coordinate == "PersonItem.nationalId" and at != reference:
                    self._verdict.wrongs.append("persons: an item echoes another code than was asked for")

    def _dependents(self, asked: Asked, said: list[Any], path: tuple[Any, ...], supporter: str) -> None:
        shown = self._law.lists(supporter)
        if len(shown) != len(said):
            self._verdict.wrongs.append(f"{path} lists {len(said)} dependants of {supporter}, not {len(shown)}")
        for n, (dependant, entry) in enumerate(zip(shown, said, strict=False)):
            for each in asked.below:
                at, there = entry[each.key], (*path, n, each.key)
                if each.coordinate != "Dependent.person":
                    self._field(each, at, there, supporter)
                elif at is None:
                    seen = self._seen(dependant)
                    self._nothing(each, there, dependant, may=seen, must=seen)
                elif not self._seen(dependant):
                    self._verdict.wrongs.append(f"{dependant} was released as a dependant at {there}")
                else:
                    self.objects(each.below, at, there, dependant)

    def _seen(self, dependant: str) -> bool:
        if self._law.named is not None and "Dependent.person" not in self._law.named:
            return False
        return self._law.wholly(dependant) or dependant in self._law.dependants()

    def _enters(self, asked: Asked) -> bool:
        """Ways in are named by contracts too, though they hold no fact."""
        is_way_in = asked.coordinate.startswith("Query.") and self._law.named is not None
        return not is_way_in or asked.coordinate in self._law.named  # type: ignore[operator]

    # What may be asked

    def questions(self, asked: list[Asked], whose: str = "") -> set[tuple[str, str]]:
        found: set[tuple[str, str]] = set()
        for each in asked:
            for owner in self._whose(each, whose) if self._enters(each) else ():
                found |= self._own_questions(each, owner)
        return found

    def _own_questions(self, asked: Asked, whose: str) -> set[tuple[str, str]]:
        below = asked.below
        if asked.coordinate in ("Query.person", "Query.node", "Query.me", "PersonItem.person") and whose in PEOPLE:
            return self.questions(below, whose) | self._own_dependants()
        if asked.coordinate not in QUESTIONS:
            return self.questions(below, whose)
        if not self._something_open(asked, whose):
            return set()
        found = self.questions(below, whose) | {(QUESTIONS[asked.coordinate], whose)}
        if asked.coordinate == "Person.dependents":
            found |= self._own_dependants()
            for dependant in self._law.lists(whose):
                for each in below:
                    if each.coordinate == "Dependent.person" and self._seen(dependant):
                        found |= self.questions(each.below, dependant)
        return found

    def _own_dependants(self) -> set[tuple[str, str]]:
        """A supporter is recognised by what the branches say of the caller's own dependants."""
        return {("dependents_by_supporter", self._law.subject)} if self._law.subject else set()

    def _something_open(self, asked: Asked, whose: str) -> bool:
        """Whether a way to more is open. Under a contract it must lead to a fact that the contract names; others are
        answered whatever is left when the refused is taken away, unless nothing is.

        A person is a key: to enter one asks nobody, so that is open wherever the person is. Each mention of a field is
        a question of its own: one that selects nothing asks whether there is any, and is answered beside a refused one.
        """
        if not self._law.opens(asked.coordinate, whose):
            return False
        if _is_key(asked, whose):
            return self._law.named is None or any(each.coordinate != "__typename" for each in asked.below)
        return any(self._leads_to_something(below, whose) for below in (asked.below, *asked.mentions))

    def _leads_to_something(self, below: list[Asked], whose: str) -> bool:
        left = list(self._left(below, lambda coordinate: self._law.opens(coordinate, whose)))
        if self._law.named is not None:
            return any(each is not None and each.coordinate in FACTS for each in left)
        return any(left) or None not in left

    def _left(self, below: Iterable[Asked], may: Callable[[str], bool]) -> Iterator[Asked | None]:
        """What may leave of a selection: its leaves, a day being one; None for what is refused."""
        for each in below:
            if each.coordinate == "__typename":
                continue
            if not may(each.coordinate):
                yield None
            elif each.is_leaf or each.coordinate in FACTS:
                yield each
            else:
                yield from self._left(each.below, self._of_anybody if each.coordinate == "Dependent.person" else may)

    def _of_anybody(self, coordinate: str) -> bool:
        """Nobody knows yet who the dependants are: what could be open of any of them counts."""
        if self._law.named is None or not needs_a_right(coordinate):
            return self._law.in_scope(coordinate)
        return coordinate in self._law.named

    def _whose(self, asked: Asked, whose: str) -> list[str]:
        arguments = asked.arguments
        match asked.coordinate:
            case "Query.me":
                return [self._law.subject or ""]
            case "Query.person":
                return [arguments["nationalId"]]
            case "Query.persons":
                return [reference for reference in dict.fromkeys(arguments["nationalIds"]) if reference in PEOPLE]
            case "Query.node":
                return [self._named_by_id[arguments["id"]]]
            case "Query.workshop":
                return [f"{arguments['code']}@{arguments['branch']}"]
        return [whose]
