"""Where certificates are issued, opened by passcode, redeemed and revoked.

Answers are values, one class each, so that the graph's unions read off them; `StoreUnavailable` is SystemBusy there. A
holder's act and the key it is repeated under become durable in one transaction.
"""

import asyncio
import datetime
import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.certificates.claims import base64url, digest_of, written
from gateway.certificates.code import code_of
from gateway.certificates.credential import credential_of
from gateway.certificates.grounds import Application, Certifying, Grounds, NotCertifiable, Why
from gateway.certificates.pades import PdfSigner, can_sign
from gateway.certificates.passcode import (
    ALPHABET,
    SALT_BYTES,
    SERIAL_LENGTH,
    Crowded,
    Passcode,
    PasscodeHash,
    as_typed,
    drawn,
    matching,
)
from gateway.certificates.pdf import pdf_of
from gateway.certificates.settings import DAY, CertificateSettings
from gateway.certificates.signing import CURVE, IssuerKeys
from gateway.certificates.status_list import StatusReference, signed_list
from gateway.certificates.store import CertificateStore, Place
from gateway.certificates.throttle import Throttle, Throttled
from gateway.domain.access import Wording
from gateway.domain.certificate import (
    Certificate,
    CertificateKind,
    CertificateState,
    Claims,
    PasscodeRecord,
    Redemption,
)
from gateway.domain.clock import Clock
from gateway.domain.identifiers import NationalId
from gateway.loading.keyring import Keyring
from gateway.requests.database import Database
from gateway.requests.desk import Invalid, Reused
from gateway.requests.idempotency import LONGEST, Kept, KeyReused, Keys
from gateway.requests.sealing import Sealing

LONGEST_PURPOSE = 200
CROWDED_SECONDS = 5.0
_TRIES = 5  # for a free place among the states
_ISSUED, _PASSCODE, _REVOKED, _WITHDRAWN = "issued", "passcode", "revoked", "withdrawn"  # what a key stands for

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NotInForce:
    """The certificate has come to its end."""

    certificate: Certificate


@dataclass(frozen=True, slots=True)
class NotIssued:
    """Facts are missing, too old, or against it."""

    person: NationalId
    reasons: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class TooManyPasscodes:
    most: int


@dataclass(frozen=True, slots=True)
class PasscodeRefused:
    """No such certificate, no such passcode, used up, ended, or made for another: which of them is not said."""


@dataclass(frozen=True, slots=True)
class MadePasscode:
    """The only time that a passcode is shown."""

    passcode: Passcode
    record: PasscodeRecord
    certificate: Certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueWish:
    application: Application
    key: str
    purpose: str | None = None
    redeemer: str | None = None
    valid_days: int | None = None
    holder_key: str | None = None
    supersedes: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PasscodeWish:
    serial: str
    key: str
    purpose: str
    redeemer: str | None
    uses: int
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who redeems. `caller` names them for the throttle; `contract` is None for the public page."""

    caller: str
    contract: str | None
    words: Wording


IssueAnswer = Certificate | Invalid | NotIssued | Reused | NotInForce
PasscodeAnswer = MadePasscode | Invalid | NotInForce | TooManyPasscodes | Reused


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateDesk:
    """All that certificates need. `known_redeemer` says whether a contract of that name is in force."""

    database: Database
    store: CertificateStore
    keys: Keys
    sealing: Sealing
    keyring: Keyring
    issuer: IssuerKeys
    throttle: Throttle
    hash: PasscodeHash
    clock: Clock
    settings: CertificateSettings
    known_redeemer: Callable[[str], bool]
    signer: PdfSigner | None = None

    # what a holder does

    async def issue(self, wish: IssueWish, certifying: Certifying) -> IssueAnswer:
        """The same key and wish give the certificate that was issued first."""
        person = wish.application.person
        holder = self._holder_key(wish.holder_key)
        if isinstance(holder, Invalid):
            return holder
        if problem := _key_problem(wish.key) or self._issue_problem(wish):
            return problem
        payload = _payload(wish)
        if kept := await self._kept(person, wish.key, payload):
            return await self._issued_before(kept)
        older = await self._own(person, wish.supersedes) if wish.supersedes else None
        if wish.supersedes and older is None:
            return Invalid("supersedes", "There is no certificate of this serial of this person.")
        if older and older.state(self.clock.now()) not in _STANDING:
            return NotInForce(older)
        try:
            grounds = await certifying.grounds(wish.application)
        except NotCertifiable as refused:
            # Not kept under the key: what is missing today may be there tomorrow.
            return NotIssued(person, refused.reasons)
        for _ in range(_TRIES):
            place = await self.store.free_place()
            certificate = self._made(wish, grounds, place, holder)
            try:
                async with self.database.writing() as connection:
                    await self._keep(connection, person, wish.key, payload, _ISSUED, certificate.serial)
                    await self.store.add(connection, certificate, place, secrets.token_bytes(SALT_BYTES))
                    if older and not await self.store.supersede(connection, older.serial, certificate.serial):
                        raise _Overtaken
                return certificate
            except _Overtaken:
                return NotInForce(await self._certificate(older.serial)) if older else Reused()
            except IntegrityError:  # the same key at the same time, or its place was taken
                if kept := await self._kept(person, wish.key, payload):
                    return await self._issued_before(kept)
        raise RuntimeError("no free place among the states of certificates")

    async def make_passcode(self, certificate: Certificate, wish: PasscodeWish) -> PasscodeAnswer:
        """The same key and wish show the same passcode again, which is kept nowhere: it is derived from the key."""
        if problem := _key_problem(wish.key) or self._passcode_problem(wish):
            return problem
        payload = msgspec.json.encode(["passcode", wish.serial, wish.purpose, wish.redeemer, wish.uses, wish.seconds])
        if kept := await self._kept(certificate.person, wish.key, payload):
            return await self._made_before(kept, wish)
        now = self.clock.now()
        if certificate.state(now) not in _STANDING:
            return NotInForce(certificate)
        record = PasscodeRecord(
            id=secrets.token_hex(12),
            purpose=wish.purpose,
            redeemer=wish.redeemer,
            uses=wish.uses,
            uses_left=wish.uses,
            created_at=now,
            expires_at=now + datetime.timedelta(seconds=wish.seconds),
        )
        passcode = self._passcode(record.id, wish.key)
        salt = await self.store.passcode_salt(wish.serial)
        assert salt is not None  # noqa: S101 - the certificate was just read
        hashed = await self.hash.of(passcode, salt)
        most = self.settings.passcodes.most_open
        try:
            async with self.database.writing() as connection:
                if not await self.store.add_passcode(connection, wish.serial, record, hashed, most):
                    return TooManyPasscodes(most)
                await self._keep(connection, certificate.person, wish.key, payload, _PASSCODE, record.id)
        except IntegrityError:  # the same key at the same time
            if kept := await self._kept(certificate.person, wish.key, payload):
                return await self._made_before(kept, wish)
            raise
        return MadePasscode(passcode, record, await self._certificate(wish.serial))

    async def withdraw_passcode(self, certificate: Certificate, id_: str, key: str) -> Certificate | Invalid | Reused:
        async def withdraw(connection: AsyncConnection) -> None:
            await self.store.withdraw_passcode(connection, certificate.serial, id_)

        if all(record.id != id_ for record in certificate.passcodes):
            return Invalid("passcode", "The certificate has no passcode of this id.")
        return await self._once(certificate, key, [_WITHDRAWN, certificate.serial, id_], withdraw)

    async def revoke(self, certificate: Certificate, key: str) -> Certificate | Invalid | Reused:
        """For good. Whoever holds a face sees it in the next list of states; passcodes open it no more at once."""

        async def revoke(connection: AsyncConnection) -> None:
            await self.store.revoke(connection, certificate.serial, self.clock.now())

        return await self._once(certificate, key, [_REVOKED, certificate.serial], revoke)

    # what others do

    async def redeem(
        self, serial: str, passcode: str, reader: Reader, key: str | None = None
    ) -> Certificate | PasscodeRefused | Invalid:
        """Uses one of the passcode's counts, and shows to the holder at once. Raises Throttled, StoreUnavailable.

        Whatever is wrong takes as long and says the same.
        """
        serial, passcode = as_typed(serial), as_typed(passcode)
        if key is not None and (problem := _key_problem(key)):
            return problem
        intent = self._intent(reader, key, serial, passcode) if key is not None else None
        if intent and (before := await self.store.redeemed_under(intent)):
            certificate = await self._certificate(before)
            return certificate if certificate.state(self.clock.now()) in _STANDING else PasscodeRefused()
        if not (_of_alphabet(serial) and _of_alphabet(passcode)):
            return PasscodeRefused()  # nobody's passcode: nothing was learnt, so nothing is counted
        await self.throttle.begin(serial, reader.caller)
        now = self.clock.now()
        openable = await self.store.openable(serial, now)
        try:
            tried = await self.hash.of(passcode, openable.salt if openable else self.hash.decoy(serial))
        except Crowded:
            raise Throttled(CROWDED_SECONDS) from None
        fitting = [one for one in (openable.passcodes if openable else ()) if _may_use(one.redeemer, reader)]
        found = matching(tried, [one.hash for one in fitting])
        if found is None:
            await self.store.count_wrong(serial, self.settings.passcodes.wrong_before_void)
            return PasscodeRefused()
        chosen = fitting[found]
        certificate = await self._certificate(serial)
        if certificate.claims.redeemer not in (None, reader.contract):
            return PasscodeRefused()
        redemption = Redemption(at=now, reader=reader.words, contract=reader.contract, purpose=chosen.purpose)
        try:
            if not await self.store.redeem(serial, chosen.id, redemption, intent):
                return PasscodeRefused()
        except IntegrityError:
            if intent is None or await self.store.redeemed_under(intent) is None:
                raise
        await self.throttle.was_right(serial, reader.caller)
        return await self._certificate(serial)

    async def certificate(self, serial: str) -> Certificate | None:
        return await self.store.by_serial(as_typed(serial))

    async def pdf(self, certificate: Certificate) -> bytes:
        """Signed where the extra is installed."""
        page = await asyncio.to_thread(
            pdf_of, certificate, verify_at=f"{self.settings.issuer}/verify", organisation=self.settings.organisation
        )
        return await self.signer.signed(page) if self.signer and can_sign() else page

    async def status_list(self, number: int) -> str | None:
        """Signed as of now; None for a list that is not begun."""
        if not 1 <= number <= await self.store.newest_list():
            return None
        return signed_list(
            self.issuer,
            self._list_uri(number),
            await self.store.statuses(number),
            at=self.clock.now(),
            ttl=self.settings.status_ttl,
            lasts=self.settings.status_lasts,
        )

    # the rest is how

    def _made(self, wish: IssueWish, grounds: Grounds, place: Place, holder: Mapping[str, Any] | None) -> Certificate:
        issued = int(grounds.at.timestamp())
        claims = Claims(
            serial=drawn(SERIAL_LENGTH),
            kind=wish.application.kind,
            outcome=grounds.outcome,
            subject=grounds.subject,
            facts=grounds.facts,
            issued_at=issued,
            valid_until=issued + DAY * (wish.valid_days or self._days(wish.application.kind)),
            issuer=self.settings.issuer,
            purpose=wish.purpose,
            redeemer=wish.redeemer,
            salt=base64url(secrets.token_bytes(16)),
        )
        status = StatusReference(self._list_uri(place.list), place.index)
        return Certificate(
            person=wish.application.person,
            claims=claims,
            digest=digest_of(written(claims)),
            credential=credential_of(claims, status, self.issuer, holder),
            code=code_of(claims, status, self.issuer),
        )

    def _list_uri(self, number: int) -> str:
        return f"{self.settings.issuer}/certificates/status/{number}"

    def _days(self, kind: CertificateKind) -> int:
        return self.settings.valid_days.get(kind.value, self.settings.default_valid_days)

    def _issue_problem(self, wish: IssueWish) -> Invalid | None:
        application, most = wish.application, self._days(wish.application.kind)
        if application.kind is CertificateKind.CLEARANCE and application.workshop is None:
            return Invalid("workshop", "A clearance needs the workshop and its branch.")
        if application.kind is CertificateKind.BUILDING_PREMIUM and application.debt is None:
            return Invalid("debtNumber", "A building-premium certificate needs the debt's number and branch.")
        if wish.valid_days is not None and not 1 <= wish.valid_days <= most:
            return Invalid("validDays", f"From 1 to {most}.")
        if application.contract_number is not None and not _plain(application.contract_number, 40):
            return Invalid("contractNumber", "At most 40 characters, in one line.")
        if wish.purpose is not None and not _plain(wish.purpose, LONGEST_PURPOSE):
            return Invalid("purpose", f"From 1 to {LONGEST_PURPOSE} characters, in one line.")
        return self._redeemer_problem(wish.redeemer)

    def _passcode_problem(self, wish: PasscodeWish) -> Invalid | None:
        bounds = self.settings.passcodes
        if not _plain(wish.purpose, LONGEST_PURPOSE):
            return Invalid("purpose", f"From 1 to {LONGEST_PURPOSE} characters, in one line.")
        if not 1 <= wish.uses <= bounds.most_uses:
            return Invalid("uses", f"From 1 to {bounds.most_uses}.")
        if not 60 <= wish.seconds <= bounds.most_seconds:
            return Invalid("lifetimeSeconds", f"From 60 to {bounds.most_seconds}.")
        return self._redeemer_problem(wish.redeemer)

    def _redeemer_problem(self, redeemer: str | None) -> Invalid | None:
        if redeemer is not None and not self.known_redeemer(redeemer):
            return Invalid("redeemer", "No agency has a contract of this name.")
        return None

    def _holder_key(self, text: str | None) -> Mapping[str, Any] | Invalid | None:
        if text is None:
            return None
        try:
            said = msgspec.json.decode(text)
            key = ECKey.import_key({name: said[name] for name in ("kty", "crv", "x", "y")})
            if key.curve_name != CURVE or "d" in said:
                raise ValueError
            public = key.as_dict(private=False)
        except (JoseError, msgspec.DecodeError, ValueError, TypeError, KeyError):
            return Invalid("holderKey", "A public EC key on P-256, as JSON (JWK).")
        return {name: public[name] for name in ("kty", "crv", "x", "y")}

    async def _kept(self, person: NationalId, key: str, payload: bytes) -> Kept | Reused | None:
        try:
            return await self.keys.kept(person, key, payload)
        except KeyReused:
            return Reused()

    async def _issued_before(self, kept: Kept | Reused) -> Certificate | Reused:
        if isinstance(kept, Reused):
            return kept
        return await self._certificate(kept.thing or "")

    async def _made_before(self, kept: Kept | Reused, wish: PasscodeWish) -> MadePasscode | Reused:
        if isinstance(kept, Reused):
            return kept
        certificate = await self._certificate(wish.serial)
        record = next(one for one in certificate.passcodes if one.id == kept.thing)
        return MadePasscode(self._passcode(record.id, wish.key), record, certificate)

    async def _once(
        self,
        certificate: Certificate,
        key: str,
        wish: list[str],
        act: Callable[[AsyncConnection], Awaitable[None]],
    ) -> Certificate | Invalid | Reused:
        if problem := _key_problem(key):
            return problem
        payload = msgspec.json.encode(wish)
        kept = await self._kept(certificate.person, key, payload)
        if kept is None:
            try:
                async with self.database.writing() as connection:
                    await self._keep(connection, certificate.person, key, payload, wish[0], certificate.serial)
                    await act(connection)
            except IntegrityError:  # the same key at the same time: the other one acts
                kept = await self._kept(certificate.person, key, payload)
        if isinstance(kept, Reused):
            return kept
        return await self._certificate(certificate.serial)

    async def _keep(
        self, connection: AsyncConnection, person: NationalId, key: str, payload: bytes, answer: str, thing: str
    ) -> None:
        kept = Kept(answer=answer, thing=thing)
        await self.keys.keep(connection, person, key, payload, kept, self.clock.now())

    async def _own(self, person: NationalId, serial: str) -> Certificate | None:
        found = await self.certificate(serial)
        return found if found and found.person == person else None

    async def _certificate(self, serial: str) -> Certificate:
        found = await self.store.by_serial(serial)
        assert found is not None  # noqa: S101 - certificates are never deleted
        return found

    def _passcode(self, id_: str, key: str) -> Passcode:
        """From a random id, a key of the house, and the client's own key, which is kept nowhere in clear: nobody can
        make it again but who made it. Each letter takes 64 bits of it, so that none is favoured."""
        length = self.settings.passcodes.length
        secret = self.keyring.derive("certificate.passcode.drawn")
        stream = b"".join(
            hmac.digest(secret, f"{id_}:{key}:{block}".encode(errors="surrogatepass"), "sha512")
            for block in range(length // 8 + 1)
        )
        numbers = (int.from_bytes(stream[at : at + 8]) for at in range(0, 8 * length, 8))
        return Passcode("".join(ALPHABET[number % len(ALPHABET)] for number in numbers))

    def _intent(self, reader: Reader, key: str, serial: str, passcode: str) -> str:
        """Includes the passcode, so that a key alone opens nothing."""
        return self.sealing.hashed("redeem", f"{reader.caller}:{key}:{serial}:{passcode}")


class _Overtaken(Exception):
    """The certificate that was to be replaced came to its end in the meantime."""


_STANDING = (CertificateState.ISSUED, CertificateState.REDEEMED)


def _may_use(redeemer: str | None, reader: Reader) -> bool:
    return redeemer is None or redeemer == reader.contract


def _of_alphabet(text: str) -> bool:
    return bool(text) and len(text) <= 64 and set(text) <= set(ALPHABET)


def _plain(text: str, most: int) -> bool:
    """One line without what changes its direction; the joiner that Persian is spelt with is no such thing."""
    return bool(text.strip()) and len(text) <= most and text.replace("\u200c", "").isprintable()


def _key_problem(key: str) -> Invalid | None:
    if not 1 <= len(key) <= LONGEST:
        return Invalid("idempotencyKey", f"From 1 to {LONGEST} characters.")
    return None


def _payload(wish: IssueWish) -> bytes:
    asked = wish.application
    workshop = [asked.workshop.code.digits, asked.workshop.branch.digits] if asked.workshop else None
    debt = [asked.debt.number, asked.debt.branch.digits] if asked.debt else None
    return msgspec.json.encode(
        [
            "issue",
            asked.kind.value,
            workshop,
            debt,
            asked.contract_number,
            wish.purpose,
            wish.redeemer,
            wish.valid_days,
            wish.holder_key,
            wish.supersedes,
        ]
    )
