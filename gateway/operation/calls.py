"""How many calls an operation makes at each back office, at most, before any is made.

Each field with `@source` asks its system for each place, each of which may be a question of its own: the number of
keys is how often the field is answered there, so lists multiply; arguments are the same for all of a place. Places
that turn out to share a question (aliases, the same person twice) make fewer calls, never more. What the gateway
remembers, and what it refuses, makes fewer too.

Who asks about somebody else may have to be found among the branches' dependants first: one question an operation.
"""

import functools
import operator
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from graphql import OperationType

from gateway.domain.debt import PAGES_OF_DEBTS
from gateway.domain.failure import Source
from gateway.domain.service import Audience
from gateway.domain.services import SERVICES
from gateway.loading.shapes import CallShapes
from gateway.operation.places import Amount, Condition, Place, holds
from gateway.operation.weights import Weights

# Keys of fields of these types name the one branch that is asked; a person may be in any.
OF_ONE_BRANCH = frozenset({"Query", "Workshop", "Debt"})
# By workflows alone: no operation asks them.
TOLD = frozenset(
    {
        Source.MEDICAL_COMMISSION,
        Source.BRANCH_COUNTER,
        Source.SHORT_TERM_BENEFITS,
        Source.SMS,
        Source.BRANCH_INTAKE,
    }
)
ASKED: tuple[Source, ...] = tuple(source for source in Source if source not in TOLD)


def _dearest(audience: Audience) -> tuple[Source, ...]:
    """Of each system, as many questions as the service that asks it most often: which one it is, a variable may say."""
    asked = [Counter(service.asks) for service in SERVICES.values() if service.audience is audience]
    return tuple(functools.reduce(operator.or_, asked, Counter()).elements())


# What a mutation asks in order to assess, of which system and in how many questions about one person.
ASSESSED: Mapping[str, tuple[Source, ...]] = {
    **{f"Mutation.{service.mutation}": service.asks for service in SERVICES.values()},
    "Person.eligibility": _dearest(Audience.PERSON),
    "Workshop.eligibility": _dearest(Audience.WORKSHOP),
    "Workshop.instalmentQuote": (Source.BRANCH_DATABASES,) * PAGES_OF_DEBTS,
    "Mutation.startPremiumPayment": (*[Source.BRANCH_DATABASES] * 3, Source.BANK_REFAH),
    "Mutation.startDebtPayment": (Source.BRANCH_DATABASES, Source.BRANCH_DATABASES),
    "Mutation.startPartMonthPayment": (Source.BRANCH_DATABASES,),
    "Mutation.confirmPremiumPayment": (Source.BANK_REFAH,),
}
ASSESSED_OF_ONE_BRANCH = frozenset(
    f"Mutation.{service.mutation}" for service in SERVICES.values() if service.audience is Audience.WORKSHOP
)
PERSON = "Person"
PERSONS = frozenset({PERSON, "PersonItem"})


class Reach(NamedTuple):
    """`persons` counts each person as often as the operation comes to them."""

    calls: Mapping[Source, int]
    persons: int


class _Question(NamedTuple):
    when: frozenset[Condition] | None
    source: Source
    one_branch: bool
    keys: Amount


class CallPlan:
    """Of one operation. Asking it takes some microseconds."""

    def __init__(self, places: Iterable[Place], weights: Weights, shapes: CallShapes) -> None:
        self._shapes = shapes
        self._settled = dict.fromkeys(ASKED, 0)
        self._settled_persons = 0
        self._questions: list[_Question] = []
        self._persons: list[tuple[frozenset[Condition] | None, Amount]] = []
        about_others = False
        for place in places:
            when = None if place.always else place.when
            about_others |= _names_a_person(place, weights)
            if place.field.source is not None:
                self._add(_Question(when, place.field.source, place.parent in OF_ONE_BRANCH, place.asked))
            for source in ASSESSED.get(place.field.coordinate, ()):
                one_branch = place.parent in OF_ONE_BRANCH or place.field.coordinate in ASSESSED_OF_ONE_BRANCH
                self._add(_Question(when, source, one_branch, place.asked))
            if PERSON in weights.possible(place.field.type_name):
                self._add_persons(when, place.entries)
        if about_others:
            self._settled[Source.BRANCH_DATABASES] += shapes.calls(Source.BRANCH_DATABASES, 1)

    def _add(self, question: _Question) -> None:
        if question.when is None and not question.keys.open:
            self._settled[question.source] += self._calls(question, question.keys.factor)
        else:
            self._questions.append(question)

    def _add_persons(self, when: frozenset[Condition] | None, amount: Amount) -> None:
        if when is None and not amount.open:
            self._settled_persons += amount.factor
        else:
            self._persons.append((when, amount))

    def _calls(self, question: _Question, keys: int) -> int:
        return self._shapes.calls(question.source, keys, one_branch=question.one_branch)

    @property
    def is_settled(self) -> bool:
        """Whether it hangs on no variable."""
        return not self._questions and not self._persons

    def of(self, variables: Mapping[str, Any]) -> Reach:
        """`variables` are coerced: as the operation will run with them."""
        calls = dict(self._settled)
        for question in self._questions:
            if question.when is None or holds(question.when, variables):
                calls[question.source] += self._calls(question, question.keys.of(variables))
        persons = self._settled_persons
        for when, amount in self._persons:
            if when is None or holds(when, variables):
                persons += amount.of(variables)
        return Reach(calls, persons)


def _names_a_person(place: Place, weights: Weights) -> bool:
    """At the root, with an argument that says who: `me` is nobody else."""
    if place.parent != weights.root(OperationType.QUERY) or not place.field.arguments:
        return False
    return not PERSONS.isdisjoint(weights.possible(place.field.type_name))
