"""The undertaking of daughters who draw a parent's pension (تعهدنامه فرزندان دختر): domain.md 1.1, service 24 (S0)."""

from gateway.domain.access import Wording
from gateway.domain.failure import Source
from gateway.domain.service import Details, Service


class DaughterUndertaking(Details, frozen=True, kw_only=True):
    """`undertakes`: whether the applicant gives the undertaking. `address` is where she lives."""

    undertakes: bool | None = None
    address: str | None = None


SERVICE = Service(
    name="DAUGHTER_UNDERTAKING",
    plan="24",
    mutation="submitDaughterUndertaking",
    words=Wording(fa="تعهدنامه فرزندان دختر مستمری‌بگیر", en="Undertaking of daughters who draw a pension"),
    office=Source.BRANCH_COUNTER,
    details=DaughterUndertaking,
    asks=(Source.CIVIL_REGISTRY, Source.BRANCH_DATABASES),
    labels={
        "undertakes": Wording(fa="تعهد داده شد", en="The undertaking is given"),
        "address": Wording(fa="نشانی", en="Address"),
    },
)
