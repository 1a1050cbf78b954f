"""Certificates, passcodes and redemptions as rows. Each change is one transaction of the store of requests."""

import datetime
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.certificates.status_list import SIZE, Status
from gateway.certificates.tables import CERTIFICATES, PASSCODES, REDEMPTIONS
from gateway.domain.certificate import Certificate, PasscodeRecord, Redemption
from gateway.domain.identifiers import NationalId
from gateway.domain.lookup import Page
from gateway.requests.database import Database, microseconds, moment_of
from gateway.requests.sealing import Sealing

_HALF = SIZE // 2  # a list is half full at most, so that a free place is found at once


class CertificatePosition(msgspec.Struct, frozen=True):
    """In the order (issued desc, serial desc)."""

    issued_at: int
    serial: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a certificate's state stands: the number of the list, and the index in it."""

    list: int
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPasscode:
    id: str
    hash: bytes
    redeemer: str | None
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Openable:
    """What has to be known to try a passcode. Passcodes are those that can still be used."""

    serial: str
    salt: bytes
    passcodes: Sequence[OpenPasscode]


class _Redeemed(msgspec.Struct, frozen=True):
    redemption: Redemption


class CertificateStore:
    def __init__(self, database: Database, sealing: Sealing) -> None:
        self._database, self._sealing = database, sealing

    async def free_place(self) -> Place:
        """At random in the newest list. Another may take it first: then adding fails, and a new one is drawn."""
        newest = sa.select(sa.func.max(CERTIFICATES.c.status_list))
        async with self._database.reading() as connection:
            number = (await connection.scalar(newest)) or 1
            held = sa.select(sa.func.count()).where(CERTIFICATES.c.status_list == number)
            taken = (await connection.scalar(held)) or 0
        return Place(number + (taken >= _HALF), secrets.randbelow(SIZE))

    async def add(self, connection: AsyncConnection, certificate: Certificate, place: Place, salt: bytes) -> None:
        """Raises IntegrityError where its place or its serial is taken."""
        claims = certificate.claims
        await connection.execute(
            sa.insert(CERTIFICATES).values(
                serial=claims.serial,
                owner=self._sealing.owner(certificate.person),
                issued_at=claims.issued_at * 1_000_000,
                valid_until=claims.valid_until * 1_000_000,
                status_list=place.list,
                status_index=place.index,
                passcode_salt=salt,
                wrong_passcodes=0,
                sealed=self._sealing.seal_record(certificate, f"certificate:{claims.serial}"),
            )
        )

    async def by_serial(self, serial: str) -> Certificate | None:
        async with self._database.reading() as connection:
            found = await self._read(connection, CERTIFICATES.c.serial == serial)
        return found[0] if found else None

    async def of_person(self, person: NationalId, first: int, after: CertificatePosition | None) -> Page[Certificate]:
        """The newest first."""
        chosen: sa.ColumnElement[bool] = CERTIFICATES.c.owner.in_(self._sealing.owners(person))
        if after is not None:
            key = sa.tuple_(CERTIFICATES.c.issued_at, CERTIFICATES.c.serial)
            chosen &= key < sa.tuple_(sa.literal(after.issued_at), sa.literal(after.serial))
        async with self._database.reading() as connection:
            found = await self._read(connection, chosen, first + 1)
        return Page(items=tuple(found[:first]), has_next=len(found) > first)

    async def revoke(self, connection: AsyncConnection, serial: str, now: datetime.datetime) -> None:
        """For good: what was revoked or superseded before stays as it was."""
        await connection.execute(
            sa.update(CERTIFICATES)
            .where(CERTIFICATES.c.serial == serial, *_standing())
            .values(revoked_at=microseconds(now))
        )

    async def supersede(self, connection: AsyncConnection, serial: str, by: str) -> bool:
        """Whether it stood until now."""
        changed = await connection.execute(
            sa.update(CERTIFICATES).where(CERTIFICATES.c.serial == serial, *_standing()).values(superseded_by=by)
        )
        return changed.rowcount == 1

    async def statuses(self, number: int) -> Mapping[int, Status]:
        """The states of a list that are not VALID."""
        ended = sa.or_(CERTIFICATES.c.revoked_at.is_not(None), CERTIFICATES.c.superseded_by.is_not(None))
        asked = sa.select(CERTIFICATES.c.status_index, CERTIFICATES.c.revoked_at)
        async with self._database.reading() as connection:
            rows = await connection.execute(asked.where(CERTIFICATES.c.status_list == number, ended))
            return {row.status_index: Status.SUPERSEDED if row.revoked_at is None else Status.INVALID for row in rows}

    async def newest_list(self) -> int:
        async with self._database.reading() as connection:
            return (await connection.scalar(sa.select(sa.func.max(CERTIFICATES.c.status_list)))) or 1

    async def passcode_salt(self, serial: str) -> bytes | None:
        async with self._database.reading() as connection:
            return await connection.scalar(
                sa.select(CERTIFICATES.c.passcode_salt).where(CERTIFICATES.c.serial == serial)
            )

    async def add_passcode(
        self, connection: AsyncConnection, serial: str, record: PasscodeRecord, hash_: bytes, most_open: int
    ) -> bool:
        """Whether there was room for one more that can be used. Locks its certificate's row."""
        await connection.execute(  # a write: so two at once cannot both find room
            sa.update(CERTIFICATES)
            .where(CERTIFICATES.c.serial == serial)
            .values(wrong_passcodes=CERTIFICATES.c.wrong_passcodes)
        )
        usable = _usable(microseconds(record.created_at))
        held = await connection.scalar(
            sa.select(sa.func.count()).select_from(PASSCODES).where(PASSCODES.c.serial == serial, *usable)
        )
        if (held or 0) >= most_open:
            return False
        await connection.execute(
            sa.insert(PASSCODES).values(
                id=record.id,
                serial=serial,
                hash=hash_,
                redeemer=record.redeemer,
                uses=record.uses,
                uses_left=record.uses_left,
                created_at=microseconds(record.created_at),
                expires_at=microseconds(record.expires_at),
                withdrawn=False,
                sealed=self._sealing.seal(record.purpose.encode(), f"passcode:{record.id}"),
            )
        )
        return True

    async def withdraw_passcode(self, connection: AsyncConnection, serial: str, id_: str) -> bool:
        """Whether the certificate has such a passcode."""
        changed = await connection.execute(
            sa.update(PASSCODES).where(PASSCODES.c.serial == serial, PASSCODES.c.id == id_).values(withdrawn=True)
        )
        return changed.rowcount == 1

    async def openable(self, serial: str, now: datetime.datetime) -> Openable | None:
        """None for a certificate that is not there, or has come to its end."""
        moment = microseconds(now)
        standing = sa.select(CERTIFICATES.c.passcode_salt).where(
            CERTIFICATES.c.serial == serial, CERTIFICATES.c.valid_until > moment, *_standing()
        )
        async with self._database.reading() as connection:
            salt = await connection.scalar(standing)
            if salt is None:
                return None
            rows = await connection.execute(sa.select(PASSCODES).where(PASSCODES.c.serial == serial, *_usable(moment)))
            return Openable(
                serial=serial,
                salt=bytes(salt),
                passcodes=[
                    OpenPasscode(id=row.id, hash=bytes(row.hash), redeemer=row.redeemer, purpose=self._purpose(row))
                    for row in rows
                ],
            )

    async def count_wrong(self, serial: str, most: int) -> None:
        """One more wrong passcode; from `most` in all, its passcodes are void."""
        async with self._database.writing() as connection:
            wrong = await connection.scalar(
                sa.update(CERTIFICATES)
                .where(CERTIFICATES.c.serial == serial)
                .values(wrong_passcodes=CERTIFICATES.c.wrong_passcodes + 1)
                .returning(CERTIFICATES.c.wrong_passcodes)
            )
            if wrong is not None and wrong >= most:
                await connection.execute(
                    sa.update(PASSCODES).where(PASSCODES.c.serial == serial).values(withdrawn=True)
                )
                await connection.execute(
                    sa.update(CERTIFICATES).where(CERTIFICATES.c.serial == serial).values(wrong_passcodes=0)
                )

    async def redeemed_under(self, intent: str) -> str | None:
        """The serial that was redeemed under an idempotency key before."""
        async with self._database.reading() as connection:
            return await connection.scalar(sa.select(REDEMPTIONS.c.serial).where(REDEMPTIONS.c.intent == intent))

    async def redeem(self, serial: str, passcode: str, redemption: Redemption, intent: str | None) -> bool:
        """Takes one use and puts the redemption on record, both or neither. Whether there was a use left.

        Raises IntegrityError where the same intent was just redeemed.
        """
        moment = microseconds(redemption.at)
        id_ = secrets.token_hex(12)
        async with self._database.writing() as connection:
            stands = sa.exists().where(
                CERTIFICATES.c.serial == serial, CERTIFICATES.c.valid_until > moment, *_standing()
            )
            taken = await connection.execute(
                sa.update(PASSCODES)
                .where(PASSCODES.c.id == passcode, PASSCODES.c.serial == serial, *_usable(moment), stands)
                .values(uses_left=PASSCODES.c.uses_left - 1)
            )
            if taken.rowcount != 1:
                return False
            await connection.execute(
                sa.insert(REDEMPTIONS).values(
                    id=id_,
                    serial=serial,
                    passcode=passcode,
                    at=moment,
                    intent=intent,
                    sealed=self._sealing.seal_record(_Redeemed(redemption), f"redemption:{id_}"),
                )
            )
        return True

    async def _read(
        self, connection: AsyncConnection, chosen: sa.ColumnElement[bool], most: int = 1
    ) -> list[Certificate]:
        order = (CERTIFICATES.c.issued_at.desc(), CERTIFICATES.c.serial.desc())
        rows = (await connection.execute(sa.select(CERTIFICATES).where(chosen).order_by(*order).limit(most))).all()
        serials = [row.serial for row in rows]
        passcodes = await self._passcodes(connection, serials)
        redemptions = await self._redemptions(connection, serials)
        return [
            msgspec.structs.replace(
                self._sealing.open_record(row.sealed, f"certificate:{row.serial}", Certificate),
                revoked_at=None if row.revoked_at is None else moment_of(row.revoked_at),
                superseded_by=row.superseded_by,
                passcodes=tuple(passcodes.get(row.serial, ())),
                redemptions=tuple(redemptions.get(row.serial, ())),
            )
            for row in rows
        ]

    async def _passcodes(self, connection: AsyncConnection, serials: Sequence[str]) -> dict[str, list[PasscodeRecord]]:
        found: dict[str, list[PasscodeRecord]] = {}
        asked = sa.select(PASSCODES).where(PASSCODES.c.serial.in_(serials)).order_by(PASSCODES.c.created_at.desc())
        for row in await connection.execute(asked):
            record = PasscodeRecord(
                id=row.id,
                purpose=self._purpose(row),
                redeemer=row.redeemer,
                uses=row.uses,
                uses_left=row.uses_left,
                created_at=moment_of(row.created_at),
                expires_at=moment_of(row.expires_at),
                withdrawn=row.withdrawn,
            )
            found.setdefault(row.serial, []).append(record)
        return found

    async def _redemptions(self, connection: AsyncConnection, serials: Sequence[str]) -> dict[str, list[Redemption]]:
        found: dict[str, list[Redemption]] = {}
        asked = sa.select(REDEMPTIONS).where(REDEMPTIONS.c.serial.in_(serials)).order_by(REDEMPTIONS.c.at.desc())
        for row in await connection.execute(asked):
            opened = self._sealing.open_record(row.sealed, f"redemption:{row.id}", _Redeemed)
            found.setdefault(row.serial, []).append(opened.redemption)
        return found

    def _purpose(self, row: sa.Row[Any]) -> str:
        return self._sealing.open(bytes(row.sealed), f"passcode:{row.id}").decode()


def _standing() -> tuple[sa.ColumnElement[bool], ...]:
    return CERTIFICATES.c.revoked_at.is_(None), CERTIFICATES.c.superseded_by.is_(None)


def _usable(moment: int) -> tuple[sa.ColumnElement[bool], ...]:
    return PASSCODES.c.uses_left > 0, PASSCODES.c.expires_at > moment, PASSCODES.c.withdrawn.is_(False)
