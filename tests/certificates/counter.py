"""A desk of certificates over a small world of back offices, with a clock that the test moves."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from gateway.certificates.desk import CertificateDesk, IssueAnswer, IssueWish, MadePasscode, PasscodeWish, Reader
from gateway.certificates.grounds import Application, Certifying
from gateway.certificates.opening import certificate_desk
from gateway.certificates.passcode import PasscodeHash
from gateway.certificates.settings import CertificateSettings
from gateway.certificates.tables import METADATA
from gateway.domain.access import Wording
from gateway.domain.certificate import Certificate, CertificateKind
from gateway.loading.counters import Counters, LocalCounters
from gateway.loading.loaders import Loaders
from gateway.requests.ground import open_ground
from gateway.requests.settings import RequestSettings
from tests.requests.fakes import KEYRING, SteppingClock
from tests.resolvers.conftest import NOW, SARA, World

COURT = Reader(caller="contract:court", contract="court", words=Wording(fa="دادگاه", en="court"))
PUBLIC = Reader(caller="address:127.0.0.1", contract=None, words=Wording(fa="صفحه", en="page"))


@dataclass
class Counter:
    desk: CertificateDesk
    clock: SteppingClock
    world: World
    used: int = 0
    prefix: str = field(default_factory=lambda: secrets.token_hex(6))  # stores may be shared

    def certifying(self) -> Certifying:
        loaders = Loaders(self.world.sources, clock=self.clock)
        return Certifying(loaders, self.clock.now, self.desk.settings.fact_age_seconds)

    async def ask(self, key: str = "", **more: Any) -> IssueAnswer:
        self.used += 1
        of_application = ("kind", "person", "workshop", "debt", "contract_number")
        said: dict[str, Any] = {name: more.pop(name) for name in of_application if name in more}
        asked = Application(
            kind=said.pop("kind", CertificateKind.INSURANCE_LINK), person=said.pop("person", SARA), **said
        )
        return await self.desk.issue(
            IssueWish(application=asked, key=key or f"{self.prefix} {self.used}", **more), self.certifying()
        )

    async def issued(self, **more: Any) -> Certificate:
        certificate = await self.ask(**more)
        assert isinstance(certificate, Certificate), certificate
        return certificate

    async def passcode(self, certificate: Certificate, key: str = "", **more: Any) -> MadePasscode:
        self.used += 1
        said: dict[str, Any] = {"purpose": "وام", "redeemer": None, "uses": 1, "seconds": 3_600}
        wish = PasscodeWish(serial=certificate.serial, key=key or f"{self.prefix} {self.used}", **said | more)
        made = await self.desk.make_passcode(certificate, wish)
        assert isinstance(made, MadePasscode), made
        return made

    async def seen(self, certificate: Certificate) -> Certificate:
        found = await self.desk.certificate(certificate.serial)
        assert found is not None
        return found


@asynccontextmanager
async def counter(
    place: Path | str, world: World, *, counters: Counters | None = None, **settings: Any
) -> AsyncIterator[Counter]:
    """`place`: a folder for SQLite, or the URL of a database."""
    clock = SteppingClock()
    clock.at = NOW
    store = f"sqlite:///{place}/requests.db" if isinstance(place, Path) else place
    chosen = replace(CertificateSettings(issuer="https://gateway.example"), **settings)
    async with open_ground(RequestSettings(store=store), KEYRING, clock, metadata=[METADATA]) as ground:
        desk = certificate_desk(
            ground, chosen, KEYRING, (), counters or LocalCounters(clock), lambda name: name in ("court", "fund")
        )
        yield Counter(replace(desk, hash=PasscodeHash(KEYRING, cost=1 << 8)), clock, world)
