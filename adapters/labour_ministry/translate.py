"""Turns the ministry's rows into one UnemploymentCase a person. Knows nothing of HTTP."""

import enum
from collections.abc import Collection, Mapping
from typing import TypeVar

import msgspec

from adapters.labour_ministry.wire import CaseOnTheWire, CodeOfCase
from adapters.outbound.legacy import day, day_in_tehran, number
from adapters.outbound.payload import rows_by_person
from gateway.domain.failure import Source, SourceIncoherent
from gateway.domain.identifiers import NationalId
from gateway.domain.unemployment import Approval, CaseStage, UnemploymentCase

MINISTRY = Source.LABOUR_MINISTRY
E = TypeVar("E", bound=enum.Enum)


def cases_by_person(
    rows: Collection[msgspec.Raw], asked: Collection[NationalId]
) -> Mapping[NationalId, UnemploymentCase | SourceIncoherent]:
    """Each person's case; persons without one are absent, rows of others are dropped.

    A row that makes no sense costs its own person; one that names nobody raises SourceIncoherent for all.
    """
    found = rows_by_person(MINISTRY, rows, asked, CaseOnTheWire, _code)
    return {person: _case(person, mine) for person, mine in found.items()}


def case_from(rows: Collection[CaseOnTheWire], person: NationalId) -> UnemploymentCase:
    """All rows of one person as their newest registration, the drawn months of all added up. Raises ValueError.

    A tracking code met twice is one registration seen on two pages: it counts once, as last sent.
    """
    registrations = {row.tracking_code.strip(): row for row in rows}
    if "" in registrations:
        raise ValueError("a case without a tracking code")
    newest_last = sorted(registrations, key=lambda code: (number(registrations[code].registered_at) or 0, code))
    tracking_code = newest_last[-1]
    newest = registrations[tracking_code]
    return UnemploymentCase(
        national_id=person,
        tracking_code=tracking_code,
        stage=_word(CaseStage, newest.stage),
        approval=_word(Approval, newest.approval),
        registered_on=day_in_tehran(newest.registered_at),
        referred_on=day_in_tehran(newest.referred_at),
        lost_job_on=day(newest.job_loss_date),
        married=_married(newest.marital_status),
        dependants=_count(newest.dependant_count),
        drawn_months=sum(_count(row.paid_months) for row in registrations.values()),
        also_registered_as=tuple(reversed(newest_last[:-1])),
    )


def _code(row: msgspec.Raw) -> object:
    return msgspec.json.decode(row, type=CodeOfCase).national_code


def _case(person: NationalId, rows: list[CaseOnTheWire] | SourceIncoherent) -> UnemploymentCase | SourceIncoherent:
    if isinstance(rows, SourceIncoherent):
        return rows
    try:
        return case_from(rows, person)
    except ValueError as error:
        return SourceIncoherent(MINISTRY, f"a case that makes no sense: {error}")


def _word(words: type[E], value: str) -> E:
    try:
        return words(value)
    except ValueError:
        raise ValueError(f"an unknown {words.__name__}") from None


def _married(value: str) -> bool:
    if value not in {"SINGLE", "MARRIED"}:
        raise ValueError("an unknown marital status")
    return value == "MARRIED"


def _count(value: int) -> int:
    if not 0 <= value < 1_000:
        raise ValueError("a count out of all reason")
    return value
