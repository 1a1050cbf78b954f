"""Turns an answer into an event, and waits until that is on record. Called before the first byte of the answer."""

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graphql import GraphQLError, GraphQLSchema
from graphql.execution.values import get_argument_values

from gateway.domain.access import Wording
from gateway.domain.caller import Caller
from gateway.domain.clock import Clock
from gateway.domain.failure import Code
from gateway.domain.identifiers import NationalId, WorkshopKey
from gateway.domain.time_ordered_id import time_ordered_id
from gateway.loading.context import RequestContext
from gateway.operation.audit.event import Agreement, Decision, Refusal, Release, ReleaseEvent, SourceUsed, Who
from gateway.operation.audit.fingerprints import Fingerprints
from gateway.operation.audit.pseudonyms import Pseudonyms
from gateway.operation.audit.recorder import Recorder
from gateway.operation.audit.released import Place, Released, Subject
from gateway.operation.audit.selections import Selected, Selections, SelectionsOfDocuments
from gateway.operation.execution import Bound
from gateway.resolvers.persons import PersonRef, person_of_reference
from gateway.rights.contract import Contract

MAX_NAME = 64
REFUSALS = frozenset({Code.FORBIDDEN.value, Code.UNAUTHENTICATED.value})
_DIGITS = re.compile(r"[0-9]{6,}")


class Recording:
    """`sealed_days`: by the name of a contract, how long its events stay out of the access logs of persons."""

    def __init__(
        self,
        schema: GraphQLSchema,
        recorder: Recorder,
        pseudonyms: Pseudonyms,
        clock: Clock,
        sealed_days: Mapping[str, int] | None = None,
    ) -> None:
        self._schema, self._recorder, self._pseudonyms, self._clock = schema, recorder, pseudonyms, clock
        self._sealed_days = dict(sealed_days or {})
        self._selections = SelectionsOfDocuments(schema)
        self._fingerprints = Fingerprints(pseudonyms)

    async def keep(self, bound: Bound, content: Mapping[str, Any]) -> None:
        """Returns when the answer may leave: its event is durable, or there is nothing in it to record.

        Recorded is what is about a person or a workshop, and what was refused. Raises NotRecorded.
        """
        event = self.event_of(bound, content)
        if event is not None:
            await self._recorder.record(event)

    async def intend(self, bound: Bound) -> None:
        """Returns when it is on record that this change is about to be carried out. Raises NotRecorded: then it must
        not be."""
        context = bound.context
        assert context.caller is not None  # noqa: S101 - the nameless change nothing
        await self._recorder.record(
            ReleaseEvent(
                id=time_ordered_id(),
                at=self._clock.now(),
                correlation_id=context.correlation_id,
                who=self._who(context.caller),
                agreement=_agreement(context.rights.contract if context.rights else None),
                operation=_DIGITS.sub("***", (bound.name or "")[:MAX_NAME]),
                document=self._fingerprints.of(bound.understood),
                decision=Decision.INTENDED,
            )
        )

    def event_of(self, bound: Bound, content: Mapping[str, Any]) -> ReleaseEvent | None:
        context = bound.context
        if context.caller is None:
            return None  # has seen nothing but names of the schema
        name = bound.name
        root, selections = self._selections.of(bound.understood, name)
        released = Released(context, self._schema.type_map)
        released.walk(content.get("data"), root, selections)
        refusals = self._refusals(bound, content, released, selections)
        if not released.by_subject and not refusals:
            return None
        releases = self._releases(released)
        decision = Decision.PARTLY if releases and refusals else Decision.RELEASED if releases else Decision.REFUSED
        contract = context.rights.contract if context.rights else None
        now = self._clock.now()
        return ReleaseEvent(
            id=time_ordered_id(),
            at=now,
            correlation_id=context.correlation_id,
            who=self._who(context.caller),
            agreement=_agreement(contract),
            operation=_DIGITS.sub("***", name[:MAX_NAME]) if name else "",
            document=self._fingerprints.of(bound.understood),
            decision=decision,
            released=releases,
            refusals=refusals,
            sources=_sources(context),
            sealed_until=self._sealed_until(contract, now),
        )

    def _who(self, caller: Caller) -> Who:
        return Who(
            kind=caller.kind.value,
            client=caller.client,
            thumbprint=caller.thumbprint,
            end_user=self._pseudonyms.text("end user", caller.end_user) if caller.end_user else None,
            subject=self._pseudonyms.person(caller.subject) if caller.subject else None,
        )

    def _releases(self, released: Released) -> tuple[Release, ...]:
        """One entry a set of coordinates, with all whom just these are about."""
        alike: dict[frozenset[str], list[Subject]] = defaultdict(list)
        for subject, coordinates in released.by_subject.items():
            alike[coordinates].append(subject)
        return tuple(
            Release(fields=fields, persons=self._persons(whom), workshops=self._workshops(whom))
            for fields, whom in sorted((tuple(sorted(these)), whom) for these, whom in alike.items())
        )

    def _persons(self, whom: Iterable[Subject]) -> tuple[str, ...]:
        return tuple(sorted(map(self._pseudonyms.person, [one for one in whom if isinstance(one, NationalId)])))

    def _workshops(self, whom: Iterable[Subject]) -> tuple[str, ...]:
        return tuple(sorted(map(self._pseudonyms.workshop, [one for one in whom if isinstance(one, WorkshopKey)])))

    def _refusals(
        self,
        bound: Bound,
        content: Mapping[str, Any],
        released: Released,
        selections: Selections,
    ) -> tuple[Refusal, ...]:
        errors = content.get("errors", ())
        if not errors and not bound.context.persons_refused:
            return ()
        found: dict[tuple[str, str], set[str]] = defaultdict(set)
        for error in errors:
            code = error["extensions"]["code"]
            if code in REFUSALS:
                coordinate, persons = self._refused(bound, error.get("path", ()), released, selections)
                found[code, coordinate] |= {self._pseudonyms.person(person) for person in persons}
        for person in bound.context.persons_refused:
            found[Code.FORBIDDEN.value, "PersonItem.person"].add(self._pseudonyms.person(person))
        return tuple(
            Refusal(code=code, coordinate=coordinate, persons=tuple(sorted(persons)))
            for (code, coordinate), persons in sorted(found.items())
        )

    def _refused(
        self,
        bound: Bound,
        path: Sequence[str | int],
        released: Released,
        selections: Selections,
    ) -> tuple[str, set[NationalId]]:
        """The coordinate at a path, and about whom: the nearest persons above it, met or named in an argument."""
        kind = self._schema.get_root_type(bound.operation.operation)
        coordinate = ""
        persons: set[NationalId] = set()
        place: Place = ()
        for part in path:
            place = (*place, part)
            if isinstance(part, str) and kind is not None:
                selected = selections.of(kind).get(part)
                if selected is None:
                    break  # below an object whose type only its resolver could have told
                selections, coordinate = selected.below, selected.coordinate
                persons = set(_named(selected, bound)) or persons
                kind = None if selected.whole else released.runtime(selected.kind, place)
            if (person := bound.context.person_at(place)) is not None:
                persons = {person}
        return coordinate, persons

    def _sealed_until(self, contract: Contract | None, now: datetime.datetime) -> datetime.datetime | None:
        days = self._sealed_days.get(contract.name, 0) if contract else 0
        return now + datetime.timedelta(days=days) if days > 0 else None


def refusals(paths: Iterable[Sequence[str | int]]) -> dict[str, Any]:
    """The content of an answer that is refused as a whole, as far as the record reads it."""
    code = {"code": Code.FORBIDDEN.value}
    return {"errors": [{"path": path, "extensions": code} for path in paths]}


def _named(selected: Selected, bound: Bound) -> Iterable[NationalId]:
    """Whom a field's arguments name."""
    if not selected.field.args:
        return ()
    try:
        return _persons_in(get_argument_values(selected.field, selected.node, bound.values).values())
    except GraphQLError:
        return ()  # it names nobody whom we could tell


def _persons_in(values: Iterable[object]) -> Iterable[NationalId]:
    for value in values:
        if isinstance(value, NationalId):
            yield value
        elif isinstance(value, PersonRef) and (person := person_of_reference(value)):
            yield person
        elif isinstance(value, list):
            yield from _persons_in(value)


def _agreement(contract: Contract | None) -> Agreement | None:
    if contract is None:
        return None
    return Agreement(
        name=contract.name,
        version=contract.version,
        agency=Wording(fa=contract.agency.fa, en=contract.agency.en),
        purpose=Wording(fa=contract.purpose.fa, en=contract.purpose.en),
        legal_basis=contract.legal_basis,
    )


def _sources(context: RequestContext) -> tuple[SourceUsed, ...]:
    oldest: dict[tuple[str, str], datetime.datetime] = {}
    for said in context.provenances:
        key = (said.source._value_, said.freshness._value_)  # the plain attribute: `value` is computed at each look
        known = oldest.get(key)
        if known is None or said.fetched_at < known:
            oldest[key] = said.fetched_at
    return tuple(
        SourceUsed(source=source, freshness=freshness, fetched_at=at)
        for (source, freshness), at in sorted(oldest.items())
    )
