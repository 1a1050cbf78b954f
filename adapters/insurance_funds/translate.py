"""Turns the funds' rows into FundMemberships. Knows nothing of HTTP."""

from collections.abc import Collection, Mapping

import msgspec

from adapters.insurance_funds.wire import CodeOfMembership, MembershipOnTheWire
from adapters.outbound.legacy import day
from adapters.outbound.payload import rows_by_person
from gateway.domain.failure import Source, SourceIncoherent
from gateway.domain.identifiers import NationalId
from gateway.domain.other_fund import FundMembership, FundStanding

FUNDS = Source.INSURANCE_FUNDS


def memberships_by_person(
    rows: Collection[msgspec.Raw], asked: Collection[NationalId]
) -> Mapping[NationalId, tuple[FundMembership, ...] | SourceIncoherent]:
    """Each person's memberships in the funds' order; persons without one are absent, rows of others are dropped.

    A row that makes no sense costs its own person; one that names nobody raises SourceIncoherent for all.
    """
    found = rows_by_person(FUNDS, rows, asked, MembershipOnTheWire, _code)
    return {person: _memberships(mine) for person, mine in found.items()}


def membership_from(row: MembershipOnTheWire) -> FundMembership:
    """Raises ValueError for what no fund can say."""
    if not row.fund.strip() or not row.fund_name.strip():
        raise ValueError("a fund without a name")
    return FundMembership(
        fund=row.fund.strip(),
        fund_name=row.fund_name.strip(),
        standing=FundStanding(row.standing),
        since=day(row.since),
    )


def _code(row: msgspec.Raw) -> object:
    return msgspec.json.decode(row, type=CodeOfMembership).national_code


def _memberships(rows: list[MembershipOnTheWire] | SourceIncoherent) -> tuple[FundMembership, ...] | SourceIncoherent:
    if isinstance(rows, SourceIncoherent):
        return rows
    try:
        return tuple(membership_from(row) for row in rows)
    except ValueError:
        return SourceIncoherent(FUNDS, "a membership that makes no sense")
