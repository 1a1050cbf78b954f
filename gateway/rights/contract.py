"""A contract (MoU) with an agency: which fields, for what purpose, about whom, how much, until when."""

import datetime

import msgspec


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """`fa` and `en` are its names, shown to citizens in `Person.accessLog`."""

    fa: str
    en: str


class Contract(msgspec.Struct, frozen=True, kw_only=True):
    """`version` is a digest of the file's meaning, so that a record says under which text a release was made.

    `fields` are schema coordinates, such as `Identity.firstName`; a coordinate that is not here is closed. `relation`
    names the register that must hold a person for this contract to cover them. `rate_per_minute` counts operations,
    `daily_quota` persons. Valid from the start of `starts` until the end of `expires` (Tehran), at most 12 months.
    """

    name: str
    version: str
    agency: Party
    purpose: Party
    legal_basis: str
    clients: frozenset[str]
    fields: frozenset[str]
    relation: str
    rate_per_minute: int
    daily_quota: int
    starts: datetime.date
    expires: datetime.date

    def in_force(self, day: datetime.date) -> bool:
        return self.starts <= day <= self.expires
